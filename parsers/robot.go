package parsers

import "strings"

// Replied tells whether a header says that a program answered in somebody's stead (RFC 3834 section 5: "auto-replied"). A shop system's own notices are
// "auto-generated" and are not meant.
func Replied(e *Envelope) bool {
	if e == nil {
		return false
	}
	robot := strings.ToLower(e.Robot)
	for _, prefix := range []string{"auto-submitted: auto-replied", "x-autoreply", "x-autorespon", "precedence: auto", "x-vacation"} {
		if strings.HasPrefix(robot, prefix) {
			return true
		}
	}
	return strings.HasPrefix(strings.ToLower(e.AutoSubmitted), "auto-replied")
}
