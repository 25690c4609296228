package mail

import (
	"slices"
	"strings"
)

// The words that mail programs write around mails, in lower case: English, German, French, Spanish, Italian, Dutch,
// Portuguese, Polish, Chinese, Japanese, and the Nordic ones that Outlook's users send.

var senderWords = []string{
	"from", "von", "de", "da", "van", "od", "发件人", "寄件者", "寄件人", "差出人", "送信者", "från", "fra", "lähettäjä", "expéditeur", "remitente", "mittente",
	"absender", "afzender", "remetente", "nadawca",
}

var headerWords = []string{
	"sent", "date", "to", "cc", "bcc", "subject", "reply-to", "importance", "attachments",
	"gesendet", "datum", "an", "kopie", "betreff", "antwort an", "wichtigkeit",
	"envoyé", "envoyé le", "à", "pour", "objet", "sujet", "dest.", "copie à", "répondre à",
	"enviado", "enviado el", "fecha", "para", "asunto", "copia",
	"inviato", "data", "a", "oggetto", "per conoscenza",
	"verzonden", "aan", "onderwerp", "kopie aan",
	"enviada", "enviado em", "enviada em", "assunto",
	"wysłano", "do", "dw", "temat", "adresat", "odbiorca",
	"发送时间", "发送日期", "收件人", "抄送", "主题", "日期", "寄件日期", "收件者", "主旨", "時間", "时间",
	"送信日時", "日時", "日付", "宛先", "件名", "cc：",
	"skickat", "till", "ämne", "sendt", "til", "emne",
}

// dateWords are those of headerWords that name a day.
var dateWords = []string{"date", "datum", "fecha", "data", "日期", "時間", "时间", "日時", "日付"}

// subjectWords are those of headerWords that name the subject.
var subjectWords = []string{"subject", "betreff", "objet", "sujet", "asunto", "oggetto", "onderwerp", "assunto", "temat", "主题", "主旨", "件名", "ämne", "emne"}

var wroteWords = []string{
	" wrote", " writes", " schrieb", "a écrit", " escribió", "ha scritto", " schreef", " escreveu", " napisał", " pisze", "写道", "寫道", "书写",
	"のメール", "さんは", "wrote:", "skrev", " schrieben",
}

var attributionStarts = []string{
	"on", "am", "le", "el", "il", "op", "em", "w", "dnia", "在", "den", "a", "wiadomość", "no", "at", "in",
}

func forwardDivider(folded string) bool {
	return slices.Contains([]string{
		"forwarded message", "begin forwarded message", "forwarded by", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
		"anfang der weitergeleiteten e-mail", "message transféré", "début du message transféré", "début du message réexpédié", "mensaje reenviado",
		"inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht",
		"mensagem encaminhada", "mensagem reencaminhada", "início da mensagem reencaminhada", "wiadomość przekazana dalej", "przekazana wiadomość",
		"treść przekazanej wiadomości", "początek przekazywanej wiadomości", "转发的邮件", "转发邮件信息", "轉寄的郵件", "以下是转发的邮件", "転送メッセージ", "转发的消息",
		"転送されたメッセージ", "vidarebefordrat meddelande", "videresendt besked",
	}, folded)
}

func originalDivider(folded string) bool {
	return slices.Contains([]string{
		"original message", "original appointment", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine",
		"message original", "mensaje original", "messaggio originale", "oorspronkelijk bericht", "mensagem original", "wiadomość oryginalna",
		"oryginalna wiadomość", "原始邮件", "原始郵件", "邮件原件", "元のメッセージ", "オリジナルメッセージ", "original mail", "originalmeddelande", "reply message",
	}, folded)
}

// legalHeads begin a paragraph of terms, whose words are no news of any order.
var legalHeads = []string{
	"agb", "auszug aus unseren agb", "auszug aus den agb", "allgemeine geschäftsbedingungen", "allgemeine lieferbedingungen", "terms and conditions", "terms & conditions", "terms of sale", "conditions of sale", "general terms", "t&c",
	"conditions générales", "cgv", "extrait des cgv", "condiciones generales", "condizioni generali", "algemene voorwaarden", "condições gerais", "ogólne warunki", "regulamin", "服务条款", "条款", "規約", "ご利用規約", "注意事項：",
}

// forwardPrefixes and replyPrefixes are what programs put before a subject.
var (
	forwardPrefixes = []string{"fwd", "fw", "wg", "tr", "rv", "i", "enc", "doorst", "vl", "pd", "podaj dalej", "转发", "轉寄", "转寄", "転送", "vb", "vs", "fwd(2)"}
	replyPrefixes   = []string{"re", "aw", "antw", "antwort", "réf", "ref", "r", "rif", "odp", "回复", "回覆", "答复", "返信", "sv", "res", "rép"}
)

// subjectPrefixes tells how a subject calls its mail. The first prefix counts: "Re: Fwd: …" is a reply.
func subjectPrefixes(subject string) (forward, reply bool) {
	name, _, ok := cutColon(strings.TrimSpace(subject))
	if !ok {
		return false, false
	}
	name = strings.ToLower(strings.TrimSpace(name))
	if i := strings.IndexByte(name, '['); i > 0 { // "Re[2]"
		name = name[:i]
	}
	return slices.Contains(forwardPrefixes, name), slices.Contains(replyPrefixes, name)
}

var closingWords = []string{
	"best regards", "kind regards", "warm regards", "regards", "best wishes", "sincerely", "yours sincerely", "yours truly", "cheers", "many thanks,",
	"thanks,", "thank you,", "thanks and regards", "thanks & regards", "respectfully", "sent from my", "get outlook for", "all the best", "best,",
	"mit freundlichen grüßen", "mit freundlichen grüssen", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "liebe grüße",
	"herzliche grüße", "mfg", "vg,", "lg,", "schöne grüße", "gesendet von", "von meinem",
	"cordialement", "bien cordialement", "bien à vous", "salutations", "sincères salutations", "meilleures salutations", "envoyé de mon",
	"saludos", "un saludo", "atentamente", "cordialmente", "un cordial saludo", "reciba un cordial", "enviado desde",
	"cordiali saluti", "distinti saluti", "saluti", "un saluto", "inviato da",
	"met vriendelijke groet", "vriendelijke groet", "groeten", "hartelijke groet", "mvg", "verzonden vanaf", "verstuurd vanaf",
	"atenciosamente", "com os melhores cumprimentos", "melhores cumprimentos", "cumprimentos", "abraços", "att,", "enviado do meu",
	"pozdrawiam", "z poważaniem", "z wyrazami szacunku", "serdecznie pozdrawiam", "wysłane z",
	"此致", "祝好", "顺祝商祺", "商祺", "谢谢！", "发自我的",
	"よろしくお願いいたします", "よろしくお願い致します", "宜しくお願い致します", "敬具", "以上", "iphoneから送信",
	"med venlig hilsen", "med vänliga hälsningar", "vänliga hälsningar", "hilsen",
}

var legalWords = []string{
	"intended recipient", "intended solely for", "confidentiality notice", "this e-mail is confidential", "this email is confidential", "may contain confidential",
	"contains confidential", "please consider the environment", "if you are not the intended", "if you have received this",
	"vertrauliche informationen", "nicht der richtige adressat", "diese e-mail enthält", "handelsregister", "amtsgericht", "geschäftsführer:", "geschäftsführung:",
	"ce message est confidentiel", "ce message et toutes les pièces", "strictement confidentiel", "destinataire de ce message",
	"este mensaje es confidencial", "este mensaje y sus archivos", "información confidencial", "protección de datos",
	"questo messaggio è", "informazioni riservate", "d.lgs", "regolamento ue 2016/679",
	"dit bericht is vertrouwelijk", "uitsluitend bestemd voor", "vertrouwelijke informatie",
	"esta mensagem é confidencial", "informação confidencial", "informações confidenciais",
	"wiadomość zawiera informacje poufne", "treść tej wiadomości", "krs:", "本邮件及其附件", "保密信息", "このメールには機密", "本メールは",
	"unsubscribe", "manage your preferences", "newsletter abbestellen", "se désabonner", "darse de baja", "all rights reserved", "alle rechte vorbehalten",
}
