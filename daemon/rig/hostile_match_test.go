package rig

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
)

// TestHostileMatching holds that what a child may say of one document is judged in the daemon in little time: nothing stops the daemon itself.
func TestHostileMatching(t *testing.T) {
	pool := sandbox.New(sandbox.Options{Inline: true})
	cases := loadCases(t)
	several := func(line func(int) string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i))
		}
		return b.String()
	}
	for name, in := range map[string]hostileInput{
		"unknown numbers":            mailOf(hostileHead + "\r\n" + several(func(i int) string { return fmt.Sprintf("order %d\n\n", 100_000+i) }, 20_000)),
		"one number again and again": mailOf(hostileHead + "\r\n" + strings.Repeat("TZ999AA10501017541\n\n", 13_000)),
		"tracking numbers":           mailOf(hostileHead + "\r\n" + several(func(i int) string { return fmt.Sprintf("1Z999AA10%09d\n\n", i) }, 13_000)),
		"sentences of one kind":      mailOf(hostileHead + "\r\n" + strings.Repeat("It has shipped.\n", 16_000)),
		"addresses":                  mailOf(hostileHead + "\r\n" + several(func(i int) string { return fmt.Sprintf("Ann Cole\n%d Main St\nAustin, TX %05d\n\n", i, i) }, 6_000)),
		"sentences of names": mailOf(hostileHead + "\r\n" + several(func(i int) string {
			return fmt.Sprintf("The lantern for Ann Cole, Bob Dean and Cy%d Eaton in Austin went out today.\n", i)
		}, 3_000)),
		"products":               mailOf(hostileHead + "\r\n" + several(func(i int) string { return fmt.Sprintf("2 x AB-%d\n", i) }, 16_000)),
		"rows without orders":    {name: "x.csv", raw: []byte("Tracking\n" + several(func(i int) string { return fmt.Sprintf("1Z999AA10%09d\n", i) }, 40_000))},
		"rows of unknown orders": {name: "x.csv", raw: []byte("Order,Tracking\n" + several(func(i int) string { return fmt.Sprintf("%d,1Z999AA10%09d\n", 500_000+i, i) }, 40_000))},
		"rows of one order":      {name: "x.csv", raw: []byte("Order,SKU,Qty,Status\n" + strings.Repeat("1001,AB-1,1,shipped\n", 40_000))},
		"rows of names":          {name: "x.csv", raw: []byte("Name,Postcode,Tracking\n" + several(func(i int) string { return fmt.Sprintf("Ann Cole,%05d,1Z999AA10%09d\n", i, i) }, 40_000))},
	} {
		t.Run(name, func(t *testing.T) {
			f := cases[len(name)%len(cases)]
			if took := threadTime(func() {
				if _, _, err := trial.New(f.orders, pool, f.supplier).File(t.Context(), "x/"+in.name, in.raw); err != nil {
					t.Error(err)
				}
			}); took > 4*time.Second {
				t.Errorf("took %v of the processor", took)
			} else {
				t.Logf("took %v of the processor", took)
			}
		})
	}
}

// threadTime is the processor time that do takes; unlike the clock it does not mind what else the machine has to do.
func threadTime(do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	do()
	return used() - before
}
