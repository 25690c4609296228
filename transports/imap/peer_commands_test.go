package imap_test

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (c *peerConn) obey(tag, command string) error {
	name, args, _ := strings.Cut(command, " ")
	if name == "UID" {
		var sub string
		sub, args, _ = strings.Cut(args, " ")
		name += " " + sub
	}
	text := "done"
	switch name {
	case "CAPABILITY":
		if err := c.printf("* CAPABILITY %s\r\n", c.p.caps); err != nil {
			return err
		}
	case "AUTHENTICATE", "LOGIN":
		text = "[CAPABILITY " + c.p.caps + "] in"
	case "ID", "NOOP":
		if err := c.update(); err != nil {
			return err
		}
	case "LIST":
		c.p.mu.Lock()
		var out strings.Builder
		for name, b := range c.p.folders {
			fmt.Fprintf(&out, "* LIST (%s) \"/\" %q\r\n", b.special, name)
		}
		c.p.mu.Unlock()
		if err := c.write(out.String()); err != nil {
			return err
		}
	case "EXAMINE":
		return c.examine(tag, strings.Trim(args, `"`))
	case "STATUS":
		name, _, _ := strings.Cut(args, " ")
		name = strings.Trim(name, `"`)
		c.p.mu.Lock()
		b := c.p.folders[name]
		c.p.mu.Unlock()
		if b == nil {
			return c.printf("%s NO [NONEXISTENT] no such folder\r\n", tag)
		}
		c.p.mu.Lock()
		line := fmt.Sprintf("* STATUS %q (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n", name, len(b.mails), b.next, b.validity)
		c.p.mu.Unlock()
		if err := c.write(line); err != nil {
			return err
		}
	case "UID SEARCH":
		if err := c.search(tag, args); err != nil {
			return err
		}
	case "UID FETCH":
		if err := c.fetch(args); err != nil {
			return err
		}
		if err := c.update(); err != nil {
			return err
		}
	case "IDLE":
		if err := c.rest(); err != nil {
			return err
		}
	case "LOGOUT":
		c.printf("* BYE bye\r\n%s OK bye\r\n", tag)
		return io.EOF
	default:
		return c.printf("%s BAD %s is unknown\r\n", tag, name)
	}
	return c.printf("%s OK %s\r\n", tag, text)
}

func (c *peerConn) examine(tag, name string) error {
	c.p.mu.Lock()
	b := c.p.folders[name]
	c.folder, c.view = b, nil
	var out string
	if b == nil {
		out = tag + " NO [NONEXISTENT] no such folder\r\n"
	} else {
		c.view = slices.Clone(b.mails)
		out = fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n%s OK [READ-ONLY] open\r\n", len(c.view), b.validity, b.next, tag)
	}
	c.p.mu.Unlock()
	return c.write(out)
}

// update tells the client what has changed in the folder.
func (c *peerConn) update() error {
	if c.folder == nil {
		return nil
	}
	var out strings.Builder
	c.p.mu.Lock()
	for i := len(c.view) - 1; i >= 0; i-- {
		if c.view[i].gone {
			fmt.Fprintf(&out, "* %d EXPUNGE\r\n", i+1)
			c.view = slices.Delete(c.view, i, i+1)
		}
	}
	if len(c.folder.mails) > len(c.view) {
		fmt.Fprintf(&out, "* %d EXISTS\r\n", len(c.folder.mails))
	}
	c.view = slices.Clone(c.folder.mails)
	c.p.mu.Unlock()
	return c.write(out.String())
}

func (c *peerConn) rest() error {
	c.p.mu.Lock()
	wake := c.idle()
	c.idling = true
	c.p.mu.Unlock()
	defer func() {
		c.p.mu.Lock()
		c.idling = false
		c.p.mu.Unlock()
	}()
	if err := c.write("+ idling\r\n"); err != nil {
		return err
	}
	if err := c.update(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.r.ReadString('\n') // DONE
		done <- err
	}()
	for {
		select {
		case <-wake:
			if err := c.update(); err != nil {
				<-done
				return err
			}
		case err := <-done:
			return err
		}
	}
}

// within parses a set of UIDs; "*" stands for the highest.
func (c *peerConn) within(set string) func(uint32) bool {
	top := uint32(0)
	if n := len(c.view); n > 0 {
		top = c.view[n-1].uid
	}
	number := func(s string) uint32 {
		if s == "*" {
			return top
		}
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			panic(fmt.Sprintf("the client sent the set %q", set))
		}
		return uint32(n)
	}
	type run struct{ a, b uint32 }
	var runs []run
	for part := range strings.SplitSeq(set, ",") {
		x, y, two := strings.Cut(part, ":")
		if !two {
			y = x
		}
		a, b := number(x), number(y)
		runs = append(runs, run{min(a, b), max(a, b)})
	}
	return func(uid uint32) bool {
		return slices.ContainsFunc(runs, func(r run) bool { return r.a <= uid && uid <= r.b })
	}
}

func (c *peerConn) search(tag, args string) error {
	if err := c.update(); err != nil {
		return err
	}
	args, extended := strings.CutPrefix(args, "RETURN (ALL) ")
	in := func(*letterIn) bool { return true }
	if set, ok := strings.CutPrefix(args, "UID "); ok {
		has := c.within(set)
		in = func(m *letterIn) bool { return has(m.uid) }
	} else if day, ok := strings.CutPrefix(args, "SINCE "); ok {
		since, err := time.Parse("2-Jan-2006", strings.Trim(day, `"`))
		if err != nil {
			panic(err)
		}
		in = func(m *letterIn) bool { return !m.date.UTC().Truncate(24 * time.Hour).Before(since) }
	}
	var uids []string
	for _, m := range c.view {
		if in(m) {
			uids = append(uids, strconv.Itoa(int(m.uid)))
		}
	}
	if !extended {
		return c.printf("* SEARCH %s\r\n", strings.Join(uids, " "))
	}
	all := ""
	if len(uids) > 0 {
		all = " ALL " + strings.Join(uids, ",")
	}
	return c.printf("* ESEARCH (TAG %q) UID%s\r\n", tag, all)
}

var partial = regexp.MustCompile(`BODY\.PEEK\[\]<0\.(\d+)>`)

func (c *peerConn) fetch(args string) error {
	set, items, _ := strings.Cut(args, " ")
	has := c.within(set)
	m := partial.FindStringSubmatch(items)
	if m == nil || strings.Contains(items, "FLAGS") {
		panic("the client asked for " + items)
	}
	limit, _ := strconv.Atoi(m[1])
	for i, l := range c.view {
		c.p.mu.Lock()
		gone := l.gone
		c.p.mu.Unlock()
		if !has(l.uid) || gone {
			continue
		}
		r := fetchReply{head: fmt.Sprintf("* %d FETCH (UID %d", i+1, l.uid), tail: ")\r\n"}
		if strings.Contains(items, "INTERNALDATE") {
			r.head += fmt.Sprintf(" INTERNALDATE %q RFC822.SIZE %d", l.date.Format("_2-Jan-2006 15:04:05 -0700"), len(l.raw))
		}
		body := l.raw[:min(len(l.raw), limit)]
		r.body, r.size = &body, len(body)
		c.p.mu.Lock()
		f := c.p.fetch
		c.p.mu.Unlock()
		if f != nil && f(c, l, &r) {
			continue
		}
		out := r.before + r.head + " BODY[]<0> "
		if r.body == nil {
			out += "NIL"
		} else {
			out += fmt.Sprintf("{%d}\r\n%s", r.size, *r.body)
		}
		if err := c.write(out + r.tail); err != nil {
			return err
		}
	}
	return nil
}
