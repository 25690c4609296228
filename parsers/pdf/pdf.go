// Package pdf takes the text out of PDF files that hold text: packing lists, delivery notes, confirmations. Scans and
// drawings hold none, and are not read.
//
// A PDF says where each character stands, not which words belong together. Two readings of a page are given: by place, with
// the gaps between characters made spaces and columns, and in the order of writing. Neither is right alone.
package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/ledongthuc/pdf"

	"waybill/parsers"
)

// Page is one page with its readings, the likelier first.
type Page struct {
	Number   int
	Texts    []*parsers.Text
	Specimen bool // it says that it is one: "SPECIMEN", "DRAFT"
	Hides    bool // it holds digits that nobody sees, which were left out: white on white, beside the page
}

// maxText bounds the text of a page: more characters do not fit on paper.
const maxText = 256 << 10

// Parse reads a file. part stands before the numbers of the pages in every place; the page is the last part of the number.
func Parse(doc []byte, part string) ([]Page, []parsers.Problem) {
	problem := func(code, format string, args ...any) []parsers.Problem {
		return []parsers.Problem{{At: parsers.Place{Part: part}, Code: code, Text: fmt.Sprintf(format, args...)}}
	}
	if err := scan(doc); err != nil {
		return nil, problem("too_large", "This PDF %v. Please ask for a simpler one, or for the same in the mail or as CSV.", err)
	}
	if i := bytes.LastIndex(doc, []byte("%%EOF")); i >= 0 {
		doc = doc[:i+len("%%EOF")] // mail programs add line ends, and the library wants none
	}
	r, err := open(doc)
	switch {
	case err != nil && bytes.Contains(doc, []byte("/Encrypt")):
		return nil, problem("encrypted", "This PDF is protected with a password and can't be read. Please ask for it without.")
	case err != nil:
		return nil, problem("damaged", "This PDF can't be opened (%v). Please ask for it again, or for the same in the mail or as CSV.", err)
	}
	pages, broken := readPages(r, part)
	var problems []parsers.Problem
	switch {
	case len(pages) == 0 && bytes.Contains(doc, []byte("/Encrypt")):
		problems = problem("encrypted", "This PDF is protected in a way that can't be read. Please ask for it without.")
	case len(pages) == 0:
		problems = problem("no_text", "This PDF holds no text, as a scan does not. Please look at it, or ask the supplier to write the same in the mail or as CSV.")
	case broken > 0:
		problems = problem("damaged", "%d pages of this PDF could not be read. Please look at it.", broken)
	}
	return pages, problems
}

// open recovers from the library's panics: it has them for about a sixth of damaged files.
func open(doc []byte) (r *pdf.Reader, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("it is damaged: %v", broken)
		}
	}()
	from := &reads{from: bytes.NewReader(doc), left: openingReads + 4*len(doc)/oneRead}
	r, err = pdf.NewReader(from, int64(len(doc)))
	from.left += mostReads
	return r, err
}

// The library follows references in circles: pages that are their own parents, tables that come before themselves. It reads each time, and a goroutine can't
// be stopped otherwise.
const (
	openingReads = 2_000   // besides four times the file, to find its tables
	mostReads    = 100_000 // for the pages; a list of two hundred takes half of it, as each page is sought from the first one on
	oneRead      = 4096    // bytes; the library's buffer
)

type reads struct {
	from *bytes.Reader
	left int
}

func (r *reads) ReadAt(p []byte, at int64) (int, error) {
	if r.left -= 1 + len(p)/oneRead; r.left < 0 {
		panic("it leads in circles")
	}
	return r.from.ReadAt(p, at)
}

func readPages(r *pdf.Reader, part string) (pages []Page, broken int) {
	for n := 1; n <= count(r); n++ {
		if n > parsers.MaxParts {
			return pages, broken + 1
		}
		at := strconv.Itoa(n)
		if part != "" {
			at = part + "." + at
		}
		one, err := readPage(r, n, at)
		if err != nil {
			broken++
		}
		if len(one.Texts) > 0 {
			pages = append(pages, one)
		}
	}
	return pages, broken
}

func count(r *pdf.Reader) (n int) {
	defer func() {
		if recover() != nil {
			n = 0
		}
	}()
	return r.NumPage()
}

func readPage(r *pdf.Reader, n int, part string) (one Page, err error) {
	one.Number = n
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("page %d is damaged: %v", n, broken)
		}
	}()
	page := r.Page(n)
	if page.V.IsNull() {
		return one, nil
	}
	drawn := paint(page)
	hides := strings.ContainsAny(drawn.paper.hidden.String(), "0123456789")
	lines := rows(upright(drawn.glyphs))
	stamp := stamped(lines, drawn.paper.across.String())
	if divided, ok := columns(lines); ok {
		lines = divided
	}
	if t := layOut(lines, part); t != nil {
		one.Texts = append(one.Texts, t)
	}
	one.Specimen, one.Hides = stamp, hides
	if hides {
		return one, nil // the order of writing knows nothing of what is seen
	}
	plain, plainErr := page.GetPlainText(nil)
	if len(plain) > maxText {
		plain = plain[:maxText]
	}
	if plain = strings.TrimSpace(ligatures.Replace(strings.ToValidUTF8(plain, ""))); plain != "" && !(len(one.Texts) > 0 && runsOn(plain, one.Texts[0].Text)) {
		one.Texts = append(one.Texts, &parsers.Text{Part: part, Text: plain})
	}
	return one, plainErr
}

// twiceDeflated tells a stream that is compressed twice, which only bombs are.
var twiceDeflated = regexp.MustCompile(`/(?:FlateDecode|Fl|LZWDecode|LZW)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\b`)

// scan checks what the compressed streams grow to, before the library reads them without a limit (promise 15).
func scan(doc []byte) error {
	if len(doc) > parsers.MaxMessage {
		return fmt.Errorf("has %d MB; at most %d MB are read", len(doc)>>20, parsers.MaxMessage>>20)
	}
	if twiceDeflated.Match(doc) {
		return fmt.Errorf("is compressed in a way that is not read")
	}
	total := int64(0)
	for rest := doc; ; {
		i := bytes.Index(rest, []byte("stream"))
		if i < 0 {
			return nil
		}
		end := i + len("stream")
		body := bytes.TrimLeft(rest[end:min(len(rest), end+2)], "\r\n")
		body = rest[min(len(rest), end+2)-len(body):]
		rest = rest[end:]
		if len(body) < 2 || body[0]&0x0f != 8 || (int(body[0])<<8|int(body[1]))%31 != 0 { // RFC 1950 section 2.2
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			continue
		}
		n, _ := io.Copy(io.Discard, io.LimitReader(z, parsers.MaxUnzipped-total+1))
		if total += n; total > parsers.MaxUnzipped {
			return fmt.Errorf("grows to more than %d MB when unpacked", parsers.MaxUnzipped>>20)
		}
	}
}
