package transporttest

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (c *IMAPConn) obey(tag, command string) error {
	name, args, _ := strings.Cut(command, " ")
	if name == "UID" {
		var sub string
		sub, args, _ = strings.Cut(args, " ")
		name += " " + sub
	}
	text := "done"
	switch name {
	case "CAPABILITY":
		if err := c.Printf("* CAPABILITY %s\r\n", c.p.Caps); err != nil {
			return err
		}
	case "AUTHENTICATE", "LOGIN":
		text = "[CAPABILITY " + c.p.Caps + "] in"
	case "ID", "NOOP":
		if err := c.update(); err != nil {
			return err
		}
	case "LIST":
		c.p.Mu.Lock()
		var out strings.Builder
		for name, b := range c.p.Folders {
			fmt.Fprintf(&out, "* LIST (%s) \"/\" %q\r\n", b.Special, name)
		}
		c.p.Mu.Unlock()
		if err := c.Write(out.String()); err != nil {
			return err
		}
	case "EXAMINE":
		return c.examine(tag, strings.Trim(args, `"`))
	case "STATUS":
		name, _, _ := strings.Cut(args, " ")
		name = strings.Trim(name, `"`)
		c.p.Mu.Lock()
		b := c.p.Folders[name]
		c.p.Mu.Unlock()
		if b == nil {
			return c.Printf("%s NO [NONEXISTENT] no such folder\r\n", tag)
		}
		c.p.Mu.Lock()
		line := fmt.Sprintf("* STATUS %q (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n", name, len(b.Mails), b.Next, b.Validity)
		c.p.Mu.Unlock()
		if err := c.Write(line); err != nil {
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
		c.Printf("* BYE bye\r\n%s OK bye\r\n", tag)
		return io.EOF
	default:
		return c.Printf("%s BAD %s is unknown\r\n", tag, name)
	}
	return c.Printf("%s OK %s\r\n", tag, text)
}

func (c *IMAPConn) examine(tag, name string) error {
	c.p.Mu.Lock()
	b := c.p.Folders[name]
	c.Folder, c.View = b, nil
	var out string
	if b == nil {
		out = tag + " NO [NONEXISTENT] no such folder\r\n"
	} else {
		c.View = slices.Clone(b.Mails)
		out = fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n%s OK [READ-ONLY] open\r\n", len(c.View), b.Validity, b.Next, tag)
	}
	c.p.Mu.Unlock()
	return c.Write(out)
}

// update tells the client what has changed in the folder.
func (c *IMAPConn) update() error {
	if c.Folder == nil {
		return nil
	}
	var out strings.Builder
	c.p.Mu.Lock()
	for i := len(c.View) - 1; i >= 0; i-- {
		if c.View[i].gone {
			fmt.Fprintf(&out, "* %d EXPUNGE\r\n", i+1)
			c.View = slices.Delete(c.View, i, i+1)
		}
	}
	if len(c.Folder.Mails) > len(c.View) {
		fmt.Fprintf(&out, "* %d EXISTS\r\n", len(c.Folder.Mails))
	}
	c.View = slices.Clone(c.Folder.Mails)
	c.p.Mu.Unlock()
	return c.Write(out.String())
}

func (c *IMAPConn) rest() error {
	c.p.Mu.Lock()
	wake := c.idle()
	c.idling = true
	c.p.Mu.Unlock()
	defer func() {
		c.p.Mu.Lock()
		c.idling = false
		c.p.Mu.Unlock()
	}()
	if err := c.Write("+ idling\r\n"); err != nil {
		return err
	}
	if err := c.update(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.R.ReadString('\n') // DONE
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

// Within parses a set of UIDs; "*" stands for the highest.
func (c *IMAPConn) Within(set string) func(uint32) bool {
	top := uint32(0)
	if n := len(c.View); n > 0 {
		top = c.View[n-1].UID
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

func (c *IMAPConn) search(tag, args string) error {
	if err := c.update(); err != nil {
		return err
	}
	args, extended := strings.CutPrefix(args, "RETURN (ALL) ")
	args, unseen := strings.CutSuffix(args, " UNSEEN")
	in := func(*IMAPLetter) bool { return true }
	if set, ok := strings.CutPrefix(args, "UID "); ok {
		has := c.Within(set)
		in = func(m *IMAPLetter) bool { return has(m.UID) }
	} else if day, ok := strings.CutPrefix(args, "SINCE "); ok {
		since, err := time.Parse("2-Jan-2006", strings.Trim(day, `"`))
		if err != nil {
			panic(err)
		}
		in = func(m *IMAPLetter) bool { return !m.date.UTC().Truncate(24 * time.Hour).Before(since) }
	}
	var uids []string
	for _, m := range c.View {
		if in(m) && !(unseen && m.Seen) {
			uids = append(uids, strconv.Itoa(int(m.UID)))
		}
	}
	if !extended {
		return c.Printf("* SEARCH %s\r\n", strings.Join(uids, " "))
	}
	all := ""
	if len(uids) > 0 {
		all = " ALL " + strings.Join(uids, ",")
	}
	return c.Printf("* ESEARCH (TAG %q) UID%s\r\n", tag, all)
}

var partial = regexp.MustCompile(`BODY\.PEEK\[\]<0\.(\d+)>`)

func (c *IMAPConn) fetch(args string) error {
	set, items, _ := strings.Cut(args, " ")
	has := c.Within(set)
	m := partial.FindStringSubmatch(items)
	if m == nil || strings.Contains(items, "FLAGS") {
		panic("the client asked for " + items)
	}
	limit, _ := strconv.Atoi(m[1])
	for i, l := range c.View {
		c.p.Mu.Lock()
		gone := l.gone
		c.p.Mu.Unlock()
		if !has(l.UID) || gone {
			continue
		}
		r := IMAPReply{Head: fmt.Sprintf("* %d FETCH (UID %d", i+1, l.UID), Tail: ")\r\n"}
		if strings.Contains(items, "INTERNALDATE") {
			r.Head += fmt.Sprintf(" INTERNALDATE %q RFC822.SIZE %d", l.date.Format("_2-Jan-2006 15:04:05 -0700"), len(l.Raw))
		}
		body := l.Raw[:min(len(l.Raw), limit)]
		r.Body, r.Size = &body, len(body)
		c.p.Mu.Lock()
		f := c.p.Fetch
		c.p.Mu.Unlock()
		if f != nil && f(c, l, &r) {
			continue
		}
		out := r.Before + r.Head + " BODY[]<0> "
		if r.Body == nil {
			out += "NIL"
		} else {
			out += fmt.Sprintf("{%d}\r\n%s", r.Size, *r.Body)
		}
		if err := c.Write(out + r.Tail); err != nil {
			return err
		}
	}
	return nil
}
