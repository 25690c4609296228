package read

import (
	"bytes"
	"encoding/json"
	"strings"

	"waybill/parsers/edi"
)

// detect tells the format: "mail", "csv" (any delimiter; the table reader tells XLSX by itself), "xlsx", "text", "pdf", "x12", "edifact", "zip",
// "empty" or "unknown".
func detect(raw []byte, name string) string {
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		ext = strings.ToLower(name[i+1:])
	}
	head := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(head) == 0:
		return "empty"
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "ole"
	case bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return "xlsx"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		if ext == "xlsx" || ext == "xlsm" || ext == "ods" || ext != "zip" && (bytes.Contains(raw, []byte("xl/workbook.xml")) || bytes.Contains(head, []byte("opendocument.spreadsheet"))) {
			return "xlsx"
		}
		return "zip"
	case edi.Looks(head):
		if bytes.HasPrefix(head, []byte("UN")) {
			return "edifact"
		}
		return "x12"
	}
	if looksLikeMail(head, ext) && bytes.Count(head, []byte{0}) <= fewZeros {
		return "mail"
	}
	utf16 := bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) || everySecond(raw)
	if !utf16 && binary(head) {
		return "unknown"
	}
	switch ext {
	case "eml":
		return "mail"
	case "csv", "tsv", "tab":
		return "csv"
	case "html", "htm":
		return "text"
	}
	if utf16 && ext != "txt" || rows(head) {
		return "csv"
	}
	return "text"
}

// fewZeros is how many bytes of zero the first pages of a mail may have: relays leave some, and mail programs drop them (RFC 5322 section 4).
const fewZeros = 20

// everySecond tells UTF-16 without a mark: nearly every second of the first bytes is zero, and no other, and none of the rest is a control character.
func everySecond(raw []byte) bool {
	n := min(len(raw), 512) &^ 1
	if n < 16 {
		return false
	}
	for first := range 2 {
		zeros, odd := 0, 0
		for i := 0; i < n; i += 2 {
			if raw[i+first] == 0 {
				zeros++
			}
			if c := raw[i+1-first]; c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				odd++
			}
		}
		if zeros*10 > n/2*8 && odd == 0 {
			return true
		}
	}
	return false
}

// binary tells bytes that are no text in any charset that mail uses.
func binary(head []byte) bool {
	odd := 0
	for _, c := range head {
		if c == 0 {
			return true
		}
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b && c != 0x1a {
			odd++
		}
	}
	return odd > len(head)/50+2
}

// looksLikeMail tells a mail by its first lines: fields that mails have and files have not.
func looksLikeMail(head []byte, ext string) bool {
	known, other := 0, 0
	if bytes.HasPrefix(head, []byte("From ")) {
		known++
	}
	for i, line := range bytes.Split(head, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if i > 60 || len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			other++
			continue
		}
		switch strings.ToLower(string(name)) {
		case "received", "return-path", "delivered-to", "message-id", "mime-version", "dkim-signature", "x-original-to", "content-type", "authentication-results":
			known += 2
		case "from", "to", "subject", "date", "sender", "reply-to", "cc", "x-mailer", "in-reply-to", "references":
			known++
		}
	}
	if ext == "eml" {
		return known > 0
	}
	return known >= 4 && other < 3
}

// rows tells whether lines are divided into the same number of fields, more than a sentence's commas would.
func rows(head []byte) bool {
	lines := bytes.Split(head, []byte("\n"))
	if len(lines) > 1 && len(head) >= 4000 {
		lines = lines[:len(lines)-1]
	}
	for _, sep := range []string{"\t", ";", "|", ",", "^", "~"} {
		counts := map[int]int{}
		total := 0
		for _, l := range lines[:min(len(lines), 30)] {
			l = bytes.TrimSpace(l)
			if len(l) == 0 {
				continue
			}
			total++
			if n := bytes.Count(l, []byte(sep)); n > 0 {
				if sep == "," && bytes.Contains(l, []byte(", ")) && !bytes.ContainsAny(l, `"`) {
					continue
				}
				counts[n]++
			}
		}
		for _, n := range counts {
			if n >= 2 && n*10 >= total*7 {
				return true
			}
		}
	}
	return false
}

// marshalled tells a file that a program wrote for a program, in JSON or XML: what its names and values say together is not read, and the words in it are no
// sentences.
func marshalled(raw []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<?xml")) {
		return !bytes.Contains(bytes.ToLower(head), []byte("<html"))
	}
	return len(head) > 1 && (head[0] == '{' || head[0] == '[') && json.Valid(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
}
