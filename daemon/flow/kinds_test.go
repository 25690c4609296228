package flow

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var accept = flag.Bool("accept", false, "write docs/exceptions.md anew")

const exceptionsHead = `# Exceptions

<!-- Made from the table in daemon/flow/exception.go and held by a test: go test ./daemon/flow -run ExceptionsDocument -accept writes it. -->

What waybill cannot settle, or may not, waits on the desk: ` + "`waybill desk list`, `waybill desk show ID`, `waybill desk settle ID ACTION`" + `.
Exceptions that are alike are one and are settled together. Nothing waits in silence: what is told at once comes by mail within a minute or so,
and every digest lists all that is open, with the time until which it should be settled (` + "`operator`" + ` in the configuration says to whom and when).
An exception that later news settles closes by itself.

`

// meaning of each action, for people.
var meanings = map[Action]string{
	ActRelease: "let it go on: an order past its gate, a supplier's first orders, sending past its limit, what was only made in shadow mode",
	ActEdit:    "correct fields of the order (`--set ship_to.postcode=62704`); it goes through gates and routing again",
	ActCancel:  "cancel the order; suppliers that were told are asked not to ship",
	ActRetry:   "route again, read again, connect again: after something about it was mended", ActTake: "put the second version of the order in place of the first",
	ActArrived: "they have it: nothing is sent again", ActResend: "send it again, marked as a repeat", ActWithdraw: "give the sending up",
	ActApply: "believe the news; `--po NUMBER` says which purchase order it is about, where that is not known", ActReplace: "put the corrected number in the place of the old one; the channel is told, nothing is shipped by it",
	ActTheirs: "they write for this supplier: what waits is booked, and what they write is heard from now on (a rule: `waybill rules`); `--domain` says it of all addresses of their domain",
	ActOnce:   "believe what waits, and ask again when they write again", ActNot: "they do not write for this supplier: what they say about its orders is noted and never asked about again (`waybill rules on` takes it back)",
	ActDismiss: "nothing needs to happen; what was read stays on the timeline",
}

func exceptionsDocument() string {
	var b strings.Builder
	b.WriteString(exceptionsHead)
	b.WriteString("| kind | what you read | when it comes up | what waybill does by itself | told | due within | actions |\n|---|---|---|---|---|---|---|\n")
	var used []Action
	for _, k := range Kinds() {
		var actions []string
		for _, a := range k.Actions {
			actions = append(actions, "`"+string(a)+"`")
			if !slices.Contains(used, a) {
				used = append(used, a)
			}
		}
		due := ""
		if k.Within > 0 {
			due = strings.TrimSuffix(strings.TrimSuffix(k.Within.String(), "0s"), "0m")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", k.Kind, fmt.Sprintf(k.Title, "…"), k.Trigger, k.Automatic, k.Alert, due, strings.Join(actions, " "))
	}
	b.WriteString("\n| action | means |\n|---|---|\n")
	for _, a := range used {
		fmt.Fprintf(&b, "| `%s` | %s |\n", a, meanings[a])
	}
	return b.String()
}

func TestExceptionsDocument(t *testing.T) {
	const file = "../../docs/exceptions.md"
	want := exceptionsDocument()
	if *accept {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/exceptions.md is not what the table says; `go test ./daemon/flow -run ExceptionsDocument -accept` writes it, read the difference before you commit it")
	}
}

// TestKinds holds that every row of the table is whole: a kind that a person cannot understand or settle is worse than none.
func TestKinds(t *testing.T) {
	seen := map[ExceptionKind]bool{}
	for _, k := range Kinds() {
		if seen[k.Kind] {
			t.Errorf("%s stands there twice", k.Kind)
		}
		seen[k.Kind] = true
		if strings.Count(k.Title, "%") != 1 || !strings.Contains(k.Title, "%s") {
			t.Errorf("%s: the title %q has no one place for what it is about", k.Kind, k.Title)
		}
		if k.Trigger == "" || k.Automatic == "" || k.Alert != urgently && k.Alert != atOnce && k.Alert != inDigest {
			t.Errorf("%s: %+v is not whole", k.Kind, k)
		}
		if k.Within < 0 || k.Within > 7*24*time.Hour || k.Alert != inDigest && k.Within == 0 {
			t.Errorf("%s: due within %s", k.Kind, k.Within)
		}
		if len(k.Actions) == 0 {
			t.Errorf("%s cannot be settled", k.Kind)
		}
		for i, a := range k.Actions {
			if meanings[a] == "" || slices.Contains(k.Actions[:i], a) {
				t.Errorf("%s: the action %q has no meaning, or stands there twice", k.Kind, a)
			}
		}
		if strings.ContainsAny(k.Title+k.Trigger+k.Automatic, "|\n") {
			t.Errorf("%s: breaks the table of the document", k.Kind)
		}
		if got := Info(k.Kind); got.Title != k.Title {
			t.Errorf("Info(%s) is %+v", k.Kind, got)
		}
	}
	if other := Info("unheard_of"); !slices.Equal(other.Actions, []Action{ActDismiss}) || !strings.Contains(other.Title, "%s") {
		t.Errorf("a kind of a later version: %+v", other)
	}
}
