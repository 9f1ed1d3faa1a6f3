package googlechat

import (
	"bytes"
	"time"
	"unicode"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// dates reads dates as Takeout writes them: prose in the language of the account, in UTC.
// The words of a date are told apart, not their order; what is no month and no half of the
// day is passed over. What stands before the time of day is that of the date before, mostly.
type dates struct {
	words words
	day   []byte // what stood before the time of day,
	known date   // and what it said
}

// instant reads one. The reason says why there is none.
func (s *dates) instant(b []byte) (at time.Time, reason string) {
	if len(b) > 10 && b[4] == '-' && b[10] == 'T' {
		if at, ok := jsonscan.Instant(b); ok {
			return at.UTC(), ""
		}
	}
	from := clockAt(b)
	if from == 0 || string(s.day) != string(b[:from]) {
		s.day = append(s.day[:0], b[:from]...)
		s.known = date{}
		for s.words.rest = b[:from]; s.words.next(); {
			s.known.take(&s.words)
		}
	}
	d := s.known
	for s.words.rest = b[from:]; s.words.next(); {
		d.take(&s.words)
	}
	return d.instant()
}

// clockAt is where the number before the first colon begins, or 0.
func clockAt(b []byte) int {
	i := max(bytes.IndexByte(b, ':'), 0)
	for i > 0 {
		r, n := utf8.DecodeLastRune(b[:i])
		if digit(r) < 0 {
			break
		}
		i -= n
	}
	return i
}

// date is what has been understood of one.
type date struct {
	year, day, hour, minute, second int
	month                           time.Month
	clock                           bool // the time of day has been read
	half                            half
	monthNext                       bool // "tháng 11"
	croatian                        bool
}

type half uint8

const (
	whole half = iota
	morning
	afternoon
)

func (d *date) take(w *words) {
	if w.isNumber {
		d.number(w)
		return
	}
	switch string(w.word) {
	case "a", "am", "a.m", "p", "pm", "p.m": // "a" is a preposition elsewhere
		if d.clock && w.word[0] == 'a' {
			d.half = morning
		} else if d.clock {
			d.half = afternoon
		}
	case "上午", "午前", "오전":
		d.half = morning
	case "下午", "午後", "오후":
		d.half = afternoon
	case "tháng":
		d.monthNext = true
	default:
		d.name(w)
	}
}

// name takes the name of a month.
func (d *date) name(w *words) {
	switch month := months[string(w.word)]; {
	case month == 0:
		d.croatian = d.croatian || croatianDays[string(w.word)]
	case d.month != 0:
	case d.croatian && string(w.word) == "listopada":
		d.month = time.October
	default:
		d.month = month
	}
}

// number takes a number, by the sign behind it.
func (d *date) number(w *words) {
	n := w.number
	switch w.after {
	case '年', '년':
		d.year = n
		return
	case '月', '월':
		d.month = time.Month(n)
		return
	case '日', '일':
		d.day = n
		return
	case '時', '时', '시':
		d.hour, d.clock = n, true
		return
	case '分', '분':
		d.minute = n
		return
	case '秒', '초':
		d.second = n
		return
	}
	switch {
	case w.clock(d):
	case d.monthNext:
		d.month, d.monthNext = time.Month(n), false
	case w.digits == 4:
		d.year = n
	case w.digits <= 2 && d.day == 0:
		d.day = n
	}
}

func (d *date) instant() (time.Time, string) {
	switch d.half {
	case morning:
		d.hour %= 12
	case afternoon:
		d.hour = d.hour%12 + 12
	}
	switch {
	case d.year == 0 || d.day == 0 || !d.clock:
		return time.Time{}, "bad_time"
	case d.month == 0:
		return time.Time{}, "date_language"
	case d.month > 12 || d.hour > 23 || d.minute > 59 || d.second > 60:
		return time.Time{}, "bad_time"
	}
	at := time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, time.UTC)
	if at.Day() != d.day && d.second < 60 {
		return time.Time{}, "bad_time"
	}
	return at, ""
}

// words cuts a date into words in lower case and numbers.
type words struct {
	rest []byte
	buf  [64]byte

	word     []byte // with full stops inside it: "a.m"
	isNumber bool
	number   int
	digits   int
	after    rune // the sign that follows a number at once
}

func (w *words) next() bool {
	for len(w.rest) > 0 {
		r, n := utf8.DecodeRune(w.rest)
		switch {
		case digit(r) >= 0:
			w.readNumber()
			return true
		case unicode.IsLetter(r):
			w.readWord()
			return true
		}
		w.rest = w.rest[n:]
	}
	return false
}

func (w *words) readNumber() {
	w.isNumber, w.number, w.digits, w.after = true, 0, 0, 0
	for len(w.rest) > 0 {
		r, n := utf8.DecodeRune(w.rest)
		d := digit(r)
		if d < 0 {
			w.after = r
			return
		}
		w.number = min(w.number*10+d, 1<<20)
		w.digits++
		w.rest = w.rest[n:]
	}
}

func (w *words) readWord() {
	w.isNumber = false
	w.word = w.buf[:0]
	for len(w.rest) > 0 {
		if c := w.rest[0] | 0x20; c >= 'a' && c <= 'z' && len(w.word) < cap(w.word)-utf8.UTFMax {
			w.word = append(w.word, c)
			w.rest = w.rest[1:]
			continue
		}
		r, n := utf8.DecodeRune(w.rest)
		inside := unicode.IsLetter(r) || unicode.IsMark(r)
		if r == '.' {
			following, _ := utf8.DecodeRune(w.rest[n:])
			inside = unicode.IsLetter(following)
		}
		if !inside {
			return
		}
		w.rest = w.rest[n:]
		if len(w.word)+utf8.UTFMax <= cap(w.word) {
			w.word = utf8.AppendRune(w.word, unicode.ToLower(r))
		}
	}
}

// clock takes the rest of a time of day, if the number began one: 9:00:00, in some
// languages 9.00.00. A date in digits has a year instead of seconds.
func (w *words) clock(d *date) bool {
	if d.clock || w.digits > 2 || w.after != ':' && w.after != '.' {
		return false
	}
	minute, rest, ok := twoDigits(w.rest[1:])
	if !ok {
		return false
	}
	second := 0
	if len(rest) > 0 && rune(rest[0]) == w.after {
		if second, rest, ok = twoDigits(rest[1:]); !ok {
			return false
		}
	} else if w.after == '.' {
		return false
	}
	d.hour, d.minute, d.second, d.clock = w.number, minute, second, true
	w.rest = rest
	return true
}

// twoDigits reads exactly two.
func twoDigits(b []byte) (n int, rest []byte, ok bool) {
	for i := range 3 {
		r, size := utf8.DecodeRune(b)
		d := digit(r)
		if d < 0 || i == 2 {
			return n, b, i == 2 && d < 0
		}
		n = n*10 + d
		b = b[size:]
	}
	return n, b, false
}

// digit is the value of a digit, Arabic and Persian ones included, or -1.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '٠' && r <= '٩':
		return int(r - '٠')
	case r >= '۰' && r <= '۹':
		return int(r - '۰')
	}
	return -1
}

// months are the names of months as dates have them, by language.
var months = func() map[string]time.Month {
	table := map[string]time.Month{}
	for _, year := range monthNames {
		names := bytes.Fields([]byte(year))
		for i, name := range names {
			if table[string(name)] == 0 { // Polish stands before Croatian
				table[string(name)] = time.Month(i%12 + 1)
			}
		}
	}
	return table
}()

// monthNames has January to December of one language a line, in the form they take
// behind a day, with a second dozen where there are two forms.
var monthNames = []string{
	"january february march april may june july august september october november december jan feb mar apr may jun jul aug sep oct nov dec",
	"januar februar märz april mai juni juli august september oktober november dezember",            // German
	"jänner feber märz april mai juni juli august september oktober november dezember",              // Austrian
	"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",          // French
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",      // Spanish
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", // Italian
	"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",      // Portuguese
	"januari februari maart april mei juni juli augustus september oktober november december",       // Dutch
	"januari februari mars april maj juni juli augusti september oktober november december",         // Swedish
	"januar februar marts april maj juni juli august september oktober november december",           // Danish
	"januar februar mars april mai juni juli august september oktober november desember",            // Norwegian
	"tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
	"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
	"ledna února března dubna května června července srpna září října listopadu prosince",
	"januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
	"siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
	"január február március április május június július augusztus szeptember október november december",
	"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
	"gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"januari februari maret april mei juni juli agustus september oktober november desember",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
	"ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
	"ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
	"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}

// croatianDays tell the October of Croatian from the November of Polish, which are one word.
var croatianDays = map[string]bool{"ponedjeljak": true, "utorak": true, "srijeda": true, "četvrtak": true, "petak": true, "subota": true, "nedjelja": true}
