window.YTD.direct_message.part1 = [ { "dmConversation" : { "conversationId" : "101-202", "messages" : [
 { "messageCreate" : { "recipientId" : "101", "text" : "secret", "senderId" : "202", "id" : "2", "createdAt" : "2019-03-06T09:14:00.744Z" } } ] } } ]
