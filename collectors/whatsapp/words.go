package whatsapp

// What WhatsApp itself writes, in its languages, as far as it tells one kind of row from
// another. A language that is missing costs a class, not a message.

// halves are the words for the halves of the day, in lower case without dots and spaces.
// "am" and "pm" are known without.
var halves = map[string]half{
	"上午": forenoon, "凌晨": forenoon, "清晨": forenoon, "早上": forenoon, "午前": forenoon, "오전": forenoon,
	"下午": afternoon, "中午": afternoon, "晚上": afternoon, "午後": afternoon, "午后": afternoon, "오후": afternoon,
	"ص": forenoon, "م": afternoon, "قظ": forenoon, "بظ": afternoon, "قبلازظهر": forenoon, "بعدازظهر": afternoon,
	"पूर्वाह्न": forenoon, "अपराह्न": afternoon, "পূর্বাহ্ণ": forenoon, "অপরাহ্ণ": afternoon,
	"πμ": forenoon, "μμ": afternoon, "öö": forenoon, "ös": afternoon, "de": forenoon, "du": afternoon,
	"sa": forenoon, "ch": afternoon, "dop": forenoon, "odp": afternoon, "ap": forenoon, "ip": afternoon,
	"fm": forenoon, "em": afternoon, "vm": forenoon, "nm": afternoon, "pg": forenoon, "ptg": afternoon,
	"pd": forenoon, "md": afternoon, "лп": forenoon, "дп": forenoon, "пп": afternoon,
	"לפנה״צ": forenoon, "אחה״צ": afternoon, "ก่อนเที่ยง": forenoon, "หลังเที่ยง": afternoon,
	"uhr": noHalf, "h": noHalf, "ч": noHalf,
}

// deletions are the whole texts that stand for a deleted message, in lower case, without a dot at
// the end.
var deletions = set(
	"this message was deleted", "you deleted this message", "this message was deleted by admin",
	"diese nachricht wurde gelöscht", "du hast diese nachricht gelöscht",
	"se eliminó este mensaje", "este mensaje fue eliminado", "eliminaste este mensaje", "has eliminado este mensaje", "este mensaje se eliminó",
	"ce message a été supprimé", "vous avez supprimé ce message",
	"esta mensagem foi apagada", "você apagou esta mensagem", "mensagem apagada", "apagou esta mensagem", "eliminou esta mensagem", "esta mensagem foi eliminada",
	"questo messaggio è stato eliminato", "hai eliminato questo messaggio",
	"dit bericht is verwijderd", "dit bericht werd verwijderd", "je hebt dit bericht verwijderd", "u hebt dit bericht verwijderd", "u heeft dit bericht verwijderd",
	"данное сообщение удалено", "сообщение удалено", "вы удалили данное сообщение", "вы удалили это сообщение",
	"ta wiadomość została usunięta", "ta wiadomość została skasowana", "usunąłeś tę wiadomość", "ta wiadomość została usunięta przez administratora",
	"bu mesaj silindi", "bu mesajı sildiniz",
	"det här meddelandet raderades", "meddelandet raderades", "du raderade det här meddelandet",
	"denne besked blev slettet", "du slettede denne besked", "denne meldingen ble slettet", "du slettet denne meldingen",
	"tämä viesti poistettiin", "poistit tämän viestin",
	"tato zpráva byla odstraněna", "tato zpráva byla smazána", "odstranili jste tuto zprávu",
	"ezt az üzenetet törölték", "törölted ezt az üzenetet", "acest mesaj a fost șters", "ați șters acest mesaj",
	"αυτό το μήνυμα διαγράφηκε", "διαγράψατε αυτό το μήνυμα", "це повідомлення видалено", "ви видалили це повідомлення",
	"pesan ini telah dihapus", "pesan ini dihapus", "anda menghapus pesan ini", "anda telah menghapus pesan ini", "mesej ini telah dipadamkan",
	"تم حذف هذه الرسالة", "لقد حذفت هذه الرسالة", "حذفت هذه الرسالة", "این پیام حذف شد", "این پیام پاک شد",
	"הודעה זו נמחקה", "מחקת הודעה זו", "यह संदेश हटाया गया", "यह मैसेज डिलीट किया गया", "आपने यह मैसेज डिलीट किया", "आपने यह संदेश हटा दिया",
	"此訊息已刪除", "您已刪除這則訊息", "此消息已被删除", "您删除了此条消息", "你删除了这条消息", "このメッセージは削除されました", "メッセージを削除しました",
	"삭제된 메시지입니다", "이 메시지는 삭제되었습니다", "ข้อความนี้ถูกลบแล้ว", "tin nhắn này đã bị xóa", "bạn đã xóa tin nhắn này",
)

// calls are words that stand in the row of a call, in lower case.
var calls = []string{
	"voice call", "video call", "group call", "missed call", "no answer",
	"sprachanruf", "videoanruf", "anruf", "llamada", "videollamada", "appel vocal", "appel vidéo", "appel manqué",
	"chamada", "ligação", "chiamata", "videochiamata", "spraakoproep", "video-oproep", "oproep", "звонок", "видеозвонок",
	"połączenie", "arama", "röstsamtal", "videosamtal", "opkald", "taleanrop", "videoanrop", "äänipuhelu", "videopuhelu",
	"hovor", "hívás", "apel vocal", "apel video", "κλήση", "дзвінок", "panggilan", "مكالمة", "تماس", "שיחת", "कॉल",
	"語音通話", "視訊通話", "语音通话", "视频通话", "通話", "통화", "การโทร", "cuộc gọi",
}

// groups are words that only the notices of groups hold, in lower case.
var groups = []string{
	"group", "gruppe", "grupo", "groupe", "gruppo", "групп", "груп", "groep", "grup", "gruppen", "ryhmä", "skupin", "csoport",
	"ομάδ", "مجموعة", "المجموعة", "گروه", "קבוצה", "समूह", "ग्रुप", "群組", "群组", "群", "グループ", "그룹", "กลุ่ม", "nhóm", "kumpulan",
	" added ", " removed ", " left", "changed the subject", "hinzugefügt", "añadió", "a ajouté", "adicionou", "ha aggiunto", "добавил",
}

// edits end the text of a message that was edited, in lower case.
var edits = []string{
	"<this message was edited>", "<diese nachricht wurde bearbeitet.>", "<diese nachricht wurde bearbeitet>", "<se editó este mensaje.>",
	"<se editó este mensaje>", "<ce message a été modifié>", "<mensagem editada>", "<esta mensagem foi editada>", "<questo messaggio è stato modificato>",
	"<dit bericht is bewerkt>", "<данное сообщение изменено>", "<сообщение изменено>", "<ta wiadomość została edytowana>", "<bu mesaj düzenlendi>",
	"<pesan ini diedit>", "<تم تعديل هذه الرسالة>", "<此訊息已編輯>", "<此消息已编辑>", "<このメッセージは編集されました>",
}

// omissions end what an iPhone writes for a medium that was left out of the export.
var omissions = []string{
	"omitted", "weggelassen", "ausgeschlossen", "omitido", "omitida", "omesso", "omessa", "omis", "omise", "absent", "absente", "ocultado", "ocultada",
	"weggelaten", "pominięto", "pominięty", "пропущено", "пропущен", "utelämnad", "utelatt", "udeladt", "dahil edilmedi", "vynechán",
}

// phrases begin the name of an export, before the name of the contact or group, in lower case.
var phrases = []string{
	"whatsapp chat with ", "whatsapp chat - ", "whatsapp chat mit ", "whatsapp-chat mit ", "whatsapp chat met ", "whatsapp-chat met ",
	"chat de whatsapp con ", "chat whatsapp con il gruppo ", "chat whatsapp con ", "discussion whatsapp avec ", "conversation whatsapp avec ",
	"conversa do whatsapp com ", "чат whatsapp с контактом ", "чат whatsapp с ", "czat whatsapp z ", "rozmowa whatsapp z ",
	"whatsapp-chatt med ", "whatsapp chatt med ", "whatsapp-chat med ", "whatsapp chat med ", "whatsapp-keskustelu käyttäjän ",
	"obrolan whatsapp dengan ", "chat whatsapp dengan ", "whatsapp sohbeti - ", "دردشة واتساب مع ", "محادثة واتساب مع ", "与", "與",
	"whatsapp 대화 - ", "whatsapp chat s ", "konverzace whatsapp s ", "whatsapp - ",
}

// endings close the name of an export in languages that name the contact or group first.
var endings = []string{
	"的 whatsapp 聊天记录", "的whatsapp聊天记录", "的 whatsapp 聊天", "的whatsapp聊天", "的 whatsapp 對話", "的whatsapp對話",
	" ile whatsapp sohbeti", "님과의 whatsapp 대화", "님과 whatsapp 대화", "とのwhatsappチャット", " kanssa",
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
