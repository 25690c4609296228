package rig

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"waybill/transports"
)

// dropWriter is one program that drops files under one name.
type dropWriter struct {
	w    *dropWorld
	d    *drop
	name string
	path string
	// marker is the file that says that it is whole, where that is their way.
	marker string
	said   string // what was written last
	mu     sync.Mutex
}

// dropWriters are all ways in which files come.
var dropWriters = []struct {
	name  string
	write func(*dropWriter)
}{
	{"slowly, in pieces", func(p *dropWriter) { p.pieces(p.path, p.body(3), p.shortPause); p.whole() }},
	{"a byte each second", func(p *dropWriter) {
		p.pieces(p.path, p.body(1), func() (int, time.Duration) { return 1, time.Second })
		p.whole()
	}},
	{"a megabyte each second", func(p *dropWriter) {
		body := p.body(2) + strings.Repeat(";;;;\r\n", 30_000)
		p.pieces(p.path, body, func() (int, time.Duration) { return 100_000, 100 * time.Millisecond })
		p.whole()
	}},
	{"by renaming", func(p *dropWriter) {
		part := filepath.Join(p.w.folder, []string{p.name + ".part", p.name + ".filepart", p.name + ".tmp", "." + p.name}[p.w.n(4)])
		p.pieces(part, p.body(2), p.anyPause)
		p.do(os.Rename(part, p.path))
		p.whole()
	}},
	{"appended when it was read", func(p *dropWriter) {
		first := p.body(2)
		p.pieces(p.path, first, p.shortPause)
		p.whole()
		time.Sleep(time.Duration(30+p.w.n(3600)) * time.Second)
		f := p.openAppend()
		if info, err := f.Stat(); err == nil && info.Size() == 0 { // the first was archived
			p.append(f, dropTitle)
		}
		p.append(f, p.rowsOnly(1))
		p.wholeOf(f)
	}},
	{"cut, and begun again", func(p *dropWriter) {
		body := p.body(3)
		p.pieces(p.path, body[:len(body)/2], p.shortPause)
		time.Sleep(time.Duration(p.w.n(19)) * time.Second)
		p.pieces(p.path, body, p.shortPause)
		p.whole()
	}},
	{"cut, and gone on with later", func(p *dropWriter) {
		body := p.body(3)
		at := 1 + p.w.n(len(body)-1)
		p.d.slow = true
		f := p.create(p.path)
		p.append(f, body[:at])
		time.Sleep(time.Duration(30+p.w.n(600)) * time.Second)
		p.append(f, body[at:])
		p.wholeOf(f)
	}},
	{"cut, and sent anew later", func(p *dropWriter) {
		body := p.body(3)
		p.d.slow = true
		p.pieces(p.path, body[:1+p.w.n(len(body)-1)], p.shortPause)
		time.Sleep(time.Duration(30+p.w.n(600)) * time.Second)
		p.pieces(p.path, body, p.shortPause)
		p.whole()
	}},
	{"overwritten, of the same size", func(p *dropWriter) {
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
		time.Sleep(time.Duration(2+p.w.n(120)) * time.Second)
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
	}},
	{"overwritten, of the same size, with an older time", func(p *dropWriter) {
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
		time.Sleep(time.Duration(2+p.w.n(120)) * time.Second)
		p.pieces(p.path, p.body(2), p.shortPause)
		p.at(p.path, time.Now().Add(-time.Duration(1+p.w.n(100))*time.Hour))
		p.whole()
	}},
	{"the next day's file", func(p *dropWriter) {
		for range 2 + p.w.n(2) {
			p.pieces(p.path, p.body(2), p.shortPause)
			p.whole()
			time.Sleep(time.Duration(60+p.w.n(20_000)) * time.Second)
		}
	}},
	{"only touched", func(p *dropWriter) {
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
		for range 3 {
			time.Sleep(time.Duration(p.w.n(200)) * time.Second)
			p.at(p.path, time.Now())
		}
	}},
	{"deleted, and written anew", func(p *dropWriter) {
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
		time.Sleep(time.Duration(p.w.n(60)) * time.Second)
		_ = os.Remove(p.path)
		time.Sleep(time.Duration(p.w.n(60)) * time.Second)
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
	}},
	{"changed while it is read", func(p *dropWriter) {
		p.pieces(p.path, p.body(2), p.shortPause)
		p.whole()
		body := p.body(3)
		p.d.slow = true // half of it lies there for longer than the window
		p.whileRead(func() {
			switch p.w.n(3) {
			case 0:
				_ = os.Remove(p.path)
			case 1:
				p.pieces(p.path, body[:len(body)/2], func() (int, time.Duration) { return len(body), 0 })
			default:
				p.do(p.create(p.path).Close())
			}
		})
		time.Sleep(time.Duration(30+p.w.n(60)) * time.Second)
		p.whileRead(nil)
		p.pieces(p.path, body, p.shortPause)
		p.whole()
	}},
	{"two writers", func(p *dropWriter) {
		f := p.create(p.path)
		p.append(f, p.body(1))
		var both sync.WaitGroup
		for range 2 {
			rows := p.rowsOnly(2)
			both.Go(func() {
				for line := range strings.Lines(rows) {
					p.append(f, line)
					time.Sleep(time.Duration(1+p.w.n(15)) * time.Second)
				}
			})
		}
		both.Wait()
		p.wholeOf(f)
	}},
	{"empty, and filled later", func(p *dropWriter) {
		f := p.create(p.path)
		time.Sleep(time.Duration(p.w.n(600)) * time.Second)
		p.append(f, p.body(1))
		p.wholeOf(f)
	}},
	{"empty", func(p *dropWriter) { p.d.never = true; p.do(p.create(p.path).Close()) }},
	{"a directory", func(p *dropWriter) { p.d.never = true; p.do(os.Mkdir(p.path, 0o755)) }},
	{"a link to another file", func(p *dropWriter) {
		p.d.never = true
		p.do(os.Symlink(filepath.Join(filepath.Dir(p.w.folder), "waybill.yaml"), p.path))
	}},
	{"never finished", func(p *dropWriter) {
		p.d.never = true
		p.pieces(p.path+[]string{".part", ".filepart", ".tmp"}[p.w.n(3)], p.body(2), p.shortPause)
	}},
}

const dropTitle = "Order;SKU;Quantity;Carrier;Tracking number\r\n"

// body is a file about new orders.
func (p *dropWriter) body(rows int) string {
	p.d.rows = nil
	return dropTitle + p.rowsOnly(rows)
}

func (p *dropWriter) rowsOnly(rows int) string {
	var b strings.Builder
	for range rows {
		row := p.w.row()
		p.mu.Lock()
		p.d.rows = append(p.d.rows, row)
		p.mu.Unlock()
		b.WriteString(row.order + ";PS100;2;UPS;" + row.tracking + "\r\n")
	}
	return b.String()
}

// shortPause is shorter than the window: who pauses so is never taken to have finished.
func (p *dropWriter) shortPause() (int, time.Duration) {
	return 1 + p.w.n(200), time.Duration(p.w.n(int(dropWindow/time.Millisecond)-2000)) * time.Millisecond
}

func (p *dropWriter) anyPause() (int, time.Duration) {
	return 1 + p.w.n(200), time.Duration(p.w.n(60_000)) * time.Millisecond
}

// create opens a file that other programs see grow. Who marks files takes the marker of the one before away.
func (p *dropWriter) create(path string) *os.File {
	_ = os.Remove(p.marker)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	p.do(err)
	p.stamp(f)
	return f
}

func (p *dropWriter) openAppend() *os.File {
	_ = os.Remove(p.marker)
	f, err := os.OpenFile(p.path, os.O_RDWR|os.O_CREATE, 0o644)
	p.do(err)
	return f
}

// pieces writes a file in pieces of a size, with a pause after each but the last.
func (p *dropWriter) pieces(path, body string, pace func() (int, time.Duration)) {
	f := p.create(path)
	p.said = body
	for body != "" {
		n, pause := pace()
		n = min(n, len(body))
		p.append(f, body[:n])
		if body = body[n:]; body != "" {
			time.Sleep(pause)
		}
	}
	p.do(f.Close())
}

func (p *dropWriter) append(f *os.File, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := f.Seek(0, io.SeekEnd)
	p.do(err)
	_, err = f.WriteString(text)
	p.do(err)
	p.stamp(f)
}

// stamp gives a file the time that the writer lives in.
func (p *dropWriter) stamp(f *os.File) {
	now := time.Now()
	p.do(os.Chtimes(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), now, now)) // it may have been moved
}

func (p *dropWriter) at(path string, when time.Time) {
	if err := os.Chtimes(path, when, when); err != nil && !os.IsNotExist(err) {
		p.do(err)
	}
}

// whole notes that what was written last is all of it.
func (p *dropWriter) whole() { p.finished(p.said) }

// wholeOf notes that all that an open file holds is all of it. Where it lies by now does not matter.
func (p *dropWriter) wholeOf(f *os.File) {
	_, err := f.Seek(0, io.SeekStart)
	p.do(err)
	raw, err := io.ReadAll(f)
	p.do(err)
	p.do(f.Close())
	p.finished(string(raw))
}

// finished says by a marker that the file is whole, where that is how they do it.
func (p *dropWriter) finished(content string) {
	p.d.last = contentSum([]byte(content))
	p.d.contents[p.d.last] = true
	if p.w.whole != transports.Done {
		return
	}
	f, err := os.Create(p.marker)
	p.do(err)
	p.stamp(f)
	p.do(f.Close())
}

// whileRead has something happen to the file when it is read the next time.
func (p *dropWriter) whileRead(do func()) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.whiles[p.name] = do
}

func (p *dropWriter) do(err error) {
	if err != nil {
		p.w.t.Error(err)
	}
}
