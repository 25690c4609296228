package mail

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"

	"waybill/parsers"
)

// What the walker finds damaged is read a second time by enmime, and the reading that found more of the mail counts. Only
// the structure is enmime's: transfer encodings, charsets and HTML are read by the same functions in both cases, so that
// places mean the same. A well-formed mail never comes here.

// enmime's time grows with the size times the depth, and doubles with each open multipart once the bytes have ended.
const (
	mostRepaired   = 2 << 20
	mostMultiparts = 20
	mostReads      = 50_000 // of the bytes; each costs at most a look through the readers above it
	mostDelimiters = 1_000  // lines that may begin a part: its list of parts takes time with their square
)

// tree reads the parts of the mail that the walker holds. depth is how many mails are around it.
func (w *walker) tree(number string, depth int) *node {
	mine := w.message(number, depth)
	if w.err != nil || w.damage == "" || len(w.raw) > mostRepaired || bytes.Count(w.raw, []byte("\n--")) > mostDelimiters {
		return mine
	}
	theirs, err := repaired(w.raw, number)
	if err != nil || theirs.leaves() > parsers.MaxParts || !fuller(theirs, mine) {
		return mine
	}
	theirs.head = mine.head // repairs of a head may glue text to it
	return theirs
}

var errCostly = errors.New("reading this mail costs more than it can be worth")

// repaired reads a mail with enmime, with everything off that decodes.
func repaired(raw []byte, number string) (root *node, err error) {
	defer func() {
		if recover() != nil { // errCostly, or a fault of the library
			root, err = nil, errCostly
		}
	}()
	multiparts := 0
	reader := enmime.NewParser(enmime.RawContent(true), enmime.DisableCharacterDetection(true), enmime.DisableTextConversion(true),
		enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.MaxStoredPartErrors(1),
		enmime.SetCustomParseMediaType(func(s string) (string, map[string]string, []string, error) {
			kind, params, invalid, err := mediatype.Parse(s)
			if params["boundary"] != "" {
				if multiparts++; multiparts > 3*mostMultiparts { // each head is parsed up to three times
					panic(errCostly)
				}
			}
			return kind, params, invalid, err
		}))
	part, err := reader.ReadParts(&reads{left: mostReads, from: bytes.NewReader(raw)})
	if err != nil {
		return nil, err
	}
	root = convert(part, number, "text/plain")
	root.message = true
	if len(root.children) == 0 {
		root.asLeaf()
	}
	return root, nil
}

// reads gives up after so many reads. A library that loops over its input's end can't be stopped otherwise: a
// goroutine can't be killed.
type reads struct {
	from *bytes.Reader
	left int
}

func (r *reads) Read(p []byte) (int, error) {
	if r.left--; r.left < 0 {
		panic(errCostly)
	}
	n, err := r.from.Read(p)
	if errors.Is(err, io.EOF) {
		return n, io.EOF
	}
	return n, err
}

// convert makes nodes of enmime's parts, with the numbers of IMAP.
func convert(p *enmime.Part, number, fallback string) *node {
	n := &node{number: number, disposition: strings.ToLower(p.Disposition), body: p.Content}
	kind := p.Header.Get("Content-Type")
	if n.contentType, n.params = parameters(kind); !strings.Contains(n.contentType, "/") {
		n.contentType = fallback
		if strings.Contains(kind, "/") {
			n.contentType = strings.ToLower(p.ContentType)
		}
	}
	if n.params == nil {
		n.params = map[string]string{}
	}
	if p.Charset != "" {
		n.params["charset"] = p.Charset
	}
	n.encoding = encodingName(p.Header.Get("Content-Transfer-Encoding"))
	n.name = fileName(p.FileName)
	below := "text/plain"
	if n.contentType == "multipart/digest" {
		below = "message/rfc822"
	}
	i := 0
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		i++
		n.children = append(n.children, convert(c, child(number, i), below))
	}
	if i == 0 && strings.HasPrefix(n.contentType, "multipart/") {
		n.contentType, n.undivided = "text/plain", true
	}
	return n
}

func (n *node) leaves() int {
	all := 1
	for _, c := range n.children {
		all += c.leaves()
	}
	return all
}

// fuller tells whether a reading holds more parts than another, or as many with all of its text. More parts with half of the
// bytes gone are no gain: something was dropped.
func fuller(a, b *node) bool {
	parts, size := a.weigh()
	otherParts, otherSize := b.weigh()
	if parts == otherParts {
		return size >= otherSize
	}
	return parts > otherParts && size*2 >= otherSize
}

// weigh counts parts, multiparts too, and the bytes of leaves that are no white space. A multipart that had to be read as
// text is no part found.
func (n *node) weigh() (parts, size int) {
	if len(n.children) > 0 && n.contentType != "message/rfc822" {
		parts = 1
		for _, c := range n.children {
			p, s := c.weigh()
			parts, size = parts+p, size+s
		}
		return parts, size
	}
	for _, c := range n.body {
		if c > ' ' {
			size++
		}
	}
	if n.undivided {
		return 0, size
	}
	return 1, size
}
