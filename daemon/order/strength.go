package order

import "slices"

// Strength says how well it is known who brought a piece of news. It stands on every finding and on every event that news has caused. The names are stored.
type Strength string

// From nothing to certainty. "" is news from before strength was noted, or read where nothing can be looked up.
const (
	// StrengthDoubted: it names a sender whose mail always proves itself, and does not; or our own server says that it is forged.
	StrengthDoubted Strength = "doubted"
	// StrengthStranger: whoever wrote it speaks for nobody that we know.
	StrengthStranger Strength = "stranger"
	// StrengthClaimed: it names a sender of the supplier's, and nothing proves that. Anybody can write it.
	StrengthClaimed Strength = "claimed"
	// StrengthKeyed: it has our key, so whoever wrote it has had our mail. Who that is it does not tell: mail is passed on.
	StrengthKeyed Strength = "keyed"
	// StrengthVouched: it is proved to be from a shipping program or carrier that the supplier ships with. For whom that writes is said by its customers.
	StrengthVouched Strength = "vouched"
	// StrengthProved: it is proved to be from an address or a domain of the supplier's own.
	StrengthProved Strength = "proved"
	// StrengthAccount: it lay in the supplier's own drop, to which they log in.
	StrengthAccount Strength = "account"
	// StrengthPerson: somebody of the shop says so.
	StrengthPerson Strength = "person"
)

// strengths are the strengths, the least first.
var strengths = []Strength{StrengthDoubted, StrengthStranger, StrengthClaimed, StrengthKeyed, StrengthVouched, StrengthProved, StrengthAccount, StrengthPerson}

// Strengths lists them, the least first. It is not to be changed.
func Strengths() []Strength { return strengths }

// AtLeast tells whether a strength is enough. One that was not noted is enough for nothing.
func (s Strength) AtLeast(least Strength) bool {
	return s != "" && slices.Index(strengths, s) >= slices.Index(strengths, least)
}

// Need is the least strength that an event needs to happen without a person.
type Need struct {
	On    EventKind
	Least Strength
	// Rule: the supplier's own rule must allow it as well, its caps must not be reached, and nothing of the purchase order may have been shipped.
	Rule bool
	Why  string
}

// Needs lists what each change to a purchase order needs that a supplier's news may cause. What is not in it needs a person. It is not to be changed.
func Needs() []Need { return needs }

var needs = []Need{
	{Acknowledged, StrengthClaimed, false, "it changes nothing that could be lost"},
	{Shipped, StrengthClaimed, false, "it must fit an open order of that supplier by number or key; a wrong one is corrected, and the channel hears of it"},
	{Backordered, StrengthClaimed, false, "the order stays open, and deadlines go on"},
	{OutOfStock, StrengthProved, true, "it costs money"},
	{Cancelled, StrengthProved, true, "it costs money"},
	{Rejected, StrengthProved, true, "it costs money"},
	{Arrived, StrengthKeyed, false, "only who has our key has had our mail: else a forged answer would settle a doubt, and the order would be lost"},
	{Corrected, StrengthPerson, false, "a number in use is not replaced by a mail"},
	{Restored, StrengthPerson, false, "bad news is lifted by a person"},
}

// NeedOf gives what an event needs; of one that is not in the table a person.
func NeedOf(kind EventKind) Need {
	for _, n := range needs {
		if n.On == kind {
			return n
		}
	}
	return Need{On: kind, Least: StrengthPerson, Why: "nothing else may cause it"}
}
