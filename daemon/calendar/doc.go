// Package calendar answers when: on which working day an order counts, when a schedule has its next moment, and when on the
// clock something is, in a time zone with its changes between standard and daylight time. It is pure: the
// present comes in as an argument. Public holidays are a library's rules.
//
// Times of day are kept as times of day. Where clocks jump forward, a time that the clock skips counts as the moment of the jump;
// where they go back, a time that the clock shows twice counts as the first. So every cut-off and every moment of a
// schedule happens exactly once on its day.
package calendar
