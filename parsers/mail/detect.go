package mail

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// A charset that no header names, or a wrong one, is told by words that suppliers' mails hold: bytes that make "订单" or "発送" in one charset make
// them in no other. Counting bytes, as detectors do, guesses wrong on texts as short as these.

// tellers are charsets with such words. Each word has letters that Windows-1252 lacks.
var tellers = []struct {
	charset encoding.Encoding
	words   []string
}{
	{simplifiedchinese.GB18030, []string{"订单", "发货", "运单", "快递", "单号", "您好", "已经", "我们", "缺货", "取消", "收到", "谢谢", "采购"}},
	{traditionalchinese.Big5, []string{"訂單", "出貨", "發貨", "單號", "您好", "我們", "缺貨", "取消", "收到", "快遞", "謝謝", "採購"}},
	{japanese.ShiftJIS, japaneseWords},
	{japanese.EUCJP, japaneseWords},
	{korean.EUCKR, []string{"주문", "발송", "배송", "입니다", "습니다", "운송장", "재고"}},
	{charmap.Windows1250, polishWords},
	{charmap.ISO8859_2, polishWords},
	{charmap.Windows1251, russianWords},
	{charmap.KOI8R, russianWords},
	{charmap.ISO8859_5, russianWords},
}

var (
	japaneseWords = []string{"注文", "発送", "番号", "です", "ます", "した", "ください", "お世話", "在庫", "ござい"}
	polishWords   = []string{"wysła", "wysył", "przesył", "został", "dziękuj", "płat", "sprzedaż", "części", "będz"}
	russianWords  = []string{"заказ", "отправ", "номер", "товар", "спасибо", "посыл"}
)

// told decodes bytes in the charset whose words they hold most of, "" when they hold none of any.
func told(b []byte) string {
	best, most := "", 0
	sample := b[:min(len(b), 16<<10)]
	for _, t := range tellers {
		decoded, err := t.charset.NewDecoder().Bytes(sample)
		if err != nil {
			continue
		}
		lower, n := strings.ToLower(string(decoded)), 0
		for _, w := range t.words {
			n += strings.Count(lower, w)
		}
		if n <= most || strings.Count(lower, "\uFFFD")*20 > utf8.RuneCountInString(lower) {
			continue
		}
		if whole, err := t.charset.NewDecoder().Bytes(b); err == nil {
			best, most = string(whole), n
		}
	}
	return best
}

// wide decodes UTF-16 without a mark, which shows by the zeros of its Latin letters. "" when it is none.
func wide(b []byte) string {
	sample := b[:min(len(b), 4096)&^1]
	zeros := [2]int{}
	for i, c := range sample {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(sample) / 2
	order := unicode.LittleEndian
	switch {
	case half < 4 || zeros[0]+zeros[1] == 0:
		return ""
	case zeros[1]*10 > half*3 && zeros[0]*20 < half:
	case zeros[0]*10 > half*3 && zeros[1]*20 < half:
		order = unicode.BigEndian
	default:
		return ""
	}
	return decodeWith(unicode.UTF16(order, unicode.IgnoreBOM), b)
}

// unscramble undoes that a program took UTF-8 for Windows-1252 and wrote that in UTF-8 again: "GrÃ¶ÃŸe". It does so only where nothing in the text
// speaks against it: each run of letters beyond ASCII must be such a pair, and there must be two.
func unscramble(s string) string {
	if !strings.ContainsAny(s, "ÃÂÅÄâã") {
		return s
	}
	var b strings.Builder
	runs := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			b.WriteByte(s[i])
			i++
			continue
		}
		run := []byte{}
		for i < len(s) && s[i] >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			c, ok := narrow(r)
			if !ok {
				return s
			}
			run = append(run, c)
			i += size
		}
		if len(run) < 2 || !utf8.Valid(run) {
			if len(run) > 0 && run[0] == 0xa0 && len(run) == 1 { // a no-break space of its own
				b.WriteString("\u00a0")
				continue
			}
			return s
		}
		runs++
		b.Write(run)
	}
	if runs < 2 {
		return s
	}
	return b.String()
}

// narrow is the byte of Windows-1252, or of Latin-1 with its control characters, that a character stands for.
func narrow(r rune) (byte, bool) {
	if r < 0x100 {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// decodeUTF7 decodes UTF-7 (RFC 2152): between "+" and "-" stands UTF-16 in base64.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			out.WriteByte(b[i])
			continue
		}
		end := i + 1
		for end < len(b) && b[end] != '-' && sextet[b[end]] != 0xff && b[end] != '_' {
			end++
		}
		if end == i+1 {
			out.WriteByte('+')
		} else {
			words := decodeBase64(b[i+1 : end])
			out.WriteString(decodeWith(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), words[:len(words)&^1]))
		}
		if end < len(b) && b[end] == '-' {
			end++
		}
		i = end - 1
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}
