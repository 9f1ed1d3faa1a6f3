window.YTD.direct_message.part0 = [ {
  "dmConversation" : {
    "messages" : [ {
      "messageCreate" : {
        "recipientId" : "202",
        "text" : "secret ; ]; \" é",
        "mediaUrls" : [ ],
        "senderId" : "101",
        "id" : "3",
        "createdAt" : "2019-03-06T09:15:00.744Z",
        "reactions" : [ { "reactionSenderID" : "202", "reactionKey" : "like", "reactionEventID" : "4", "reactionCreatedAt" : "2019-03-06T09:16:00.000Z" }, { "senderId" : "202", "reactionKey" : "sad" } ]
      }
    } ],
    "conversationId" : "101-202"
  }
}, { "dmConversation" : { "conversationId" : "101-303", "messages" : [ ] } } ];
