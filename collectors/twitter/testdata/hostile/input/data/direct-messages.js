window.YTD.direct_messages.part0 = [
 5,
 {"other": 1},
 {"dmConversation": null},
 {"dmConversation": {"conversationId": "101-202", "messages": [
  {"messageCreate": {"id": "1", "senderId": "101", "recipientId": "202", "createdAt": "yesterday", "text": "secret"}},
  {"messageCreate": {"senderId": null, "createdAt": "2024-03-06T09:15:00.744Z", "text": ["secret"], "mediaUrls": null, "reactions": [null, {"senderId": "202"}], "editHistory": [{"createdAtSec": "99999999999999"}, 4]}},
  {"messageRead": {"createdAt": "2024-03-06T09:15:00.744Z"}},
  {"messageCreate": "secret"},
  "secret",
  {"messageCreate": {"id": "6", "senderId": "101", "recipientId": "202", "createdAt": "2999-01-01T00:00:00.000Z"}}
 ]}},
 {"dmConversation": {"messages": [{"messageCreate": {"id": "7", "senderId": "101", "createdAt": "2024-03-06T09:15:00.744Z"}}]}},
 {"dmConversation": {"conversationId": "101-202", "messages": [
  {"messageCreate": {"id": "8", "senderId": "101", "recipientId": "202", "createdAt": "2024-03-06T09:16:00.744Z", "te
