package mail

import (
	"regexp"
	"strings"
)

// Ticket systems write the whole history of a request into each mail, newest first, without a sign of quoting: a name on a line of its own, below it day and
// time, then what was said.

// aboveLine are words of the line above which an answer is to be written, in lower case.
var aboveLine = []string{
	"above this line", "oberhalb dieser zeile", "über dieser zeile", "oberhalb dieser linie", "au-dessus de cette ligne", "encima de esta línea", "arriba de esta línea", "sopra questa riga", "sopra questa linea", "boven deze regel",
	"boven deze lijn", "acima desta linha", "powyżej tej linii", "此行上方", "这一行之上", "此行之上", "この行より上", "この線より上",
}

var (
	commentTime = regexp.MustCompile(`\b\d{1,2}[:.]\d{2}\b`)
	commentDay  = regexp.MustCompile(`\b20\d\d\b`)
)

const (
	longestAuthor = 60 // bytes
	longestTime   = 60
	ticketHead    = 4 // lines in which the sign stands
)

// ticketed looks for the line above which an answer is to be written; it is nobody's words.
func (q *quoter) ticketed() {
	seen := 0
	for i := 0; i < len(q.lines) && seen < ticketHead; i++ {
		text := strings.ToLower(q.lines[i].text)
		if text == "" {
			continue
		}
		seen++
		for _, w := range aboveLine {
			if strings.Contains(text, w) {
				q.ticket = true
			}
		}
	}
}

// comment tells the two lines above what somebody said: a name, and when.
func (q *quoter) comment(i int) bool {
	if !q.ticket || i+1 >= len(q.lines) {
		return false
	}
	author, when := q.lines[i].text, q.lines[i+1].text
	return len(author) <= longestAuthor && !strings.HasSuffix(author, ".") && when != "" && len(when) <= longestTime && commentTime.MatchString(when) && commentDay.MatchString(when)
}
