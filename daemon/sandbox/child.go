package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"waybill/parsers"
	"waybill/parsers/read"
)

// Child is what the hidden command of the binary does: it answers questions from stdin on stdout until stdin ends. Before it
// touches any foreign byte it puts the fences up.
func Child(stdin io.Reader, stdout io.Writer) error {
	return serve(stdin, stdout, answerer())
}

// serve reads questions and writes answers.
func serve(stdin io.Reader, stdout io.Writer, handle func(question, []byte) answer) error {
	// One document at a time: a second processor only helps the garbage collector.
	runtime.GOMAXPROCS(1)
	in, out := bufio.NewReaderSize(stdin, 64<<10), bufio.NewWriterSize(stdout, 64<<10)
	var head, raw, body []byte
	fenced := false
	for n := 1; ; n++ {
		var err error
		if head, err = readFrame(in, head, maxQuestion); err != nil {
			if errors.Is(err, io.EOF) {
				return nil // the daemon is done with us
			}
			return fmt.Errorf("reading a question: %w", err)
		}
		var q question
		if err := decode(head, &q, (*coder).question, maxQuestion); err != nil {
			return fmt.Errorf("understanding a question: %w", err)
		}
		if raw, err = readFrame(in, raw[:0], parsers.MaxMessage+parsers.MaxHeader); err != nil {
			return fmt.Errorf("reading a document: %w", err)
		}
		var a answer
		switch {
		case q.Op == opFence:
			a = putFences(q.Memory)
			fenced = a.Fenced
		case !fenced:
			a = answer{Problem: "the fences are not up"}
		default:
			a = handle(q, raw)
			a.Retire = a.Retire || n%16 == 0 && grown(q.Memory)
		}
		body, err = encode(body[:0], &a, (*coder).answer, maxUnfolded)
		if errors.Is(err, errTooMuch) || len(body) > maxAnswer {
			a = tooMuch(q)
			a.Retire = true
			body, err = encode(nil, &a, (*coder).answer, maxUnfolded)
		}
		if err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
		if err := writeFrame(out, body); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
		if cap(raw) > 4*keptBuffer {
			raw = nil
		}
		if cap(body) > keptBuffer {
			body = nil
		}
	}
}

// shelf holds the readers of suppliers that were met lately, by their profiles as text. The shop's order patterns are in all of them, and compiled once.
type shelf struct {
	readers  map[string]*read.Reader
	patterns parsers.CompiledPatterns
}

func newShelf() *shelf {
	return &shelf{readers: map[string]*read.Reader{}, patterns: parsers.CompiledPatterns{}}
}

// maxReaders is how many readers are held: each keeps buffers of its own.
const maxReaders = 64

// reader gives the reader of a profile, which is a parsers.Profile as JSON.
func (s *shelf) reader(profile string) (*read.Reader, error) {
	if r := s.readers[profile]; r != nil {
		return r, nil
	}
	var p parsers.Profile
	if err := json.Unmarshal([]byte(profile), &p); err != nil {
		return nil, err
	}
	if len(s.readers) >= maxReaders {
		clear(s.readers)
	}
	r := read.With(p, s.patterns.Of(&p))
	s.readers[profile] = r
	return r, nil
}

// answerer reads documents and remembers the suppliers it has met.
func answerer() func(question, []byte) answer {
	known := newShelf()
	return func(q question, raw []byte) answer {
		switch q.Op {
		case opEnvelope:
			e, err := read.Envelope(raw)
			if err != nil {
				return answer{Problem: err.Error()}
			}
			return answer{Envelope: e}
		case opRead:
			reader, err := known.reader(q.Profile)
			if err != nil {
				return answer{Problem: "the profile can't be read"}
			}
			r := reader.Document(raw, q.Name)
			return answer{Reading: &r}
		}
		return answer{Problem: "unknown question"}
	}
}

// tooMuch is said of a document whose reading does not fit into an answer.
func tooMuch(q question) answer {
	return answer{Reading: &parsers.Reading{Format: "unknown", Kind: parsers.Other, Problems: []parsers.Problem{{
		Code: "too_large", Text: "The file " + q.Name + " says more than can be taken in at once. Please ask for it in pieces.",
	}}}}
}

// grown tells that the heap that stays is more than a quarter of what a child may use.
func grown(memory int64) bool {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return memory > 0 && sample[0].Value.Uint64()-sample[1].Value.Uint64() > uint64(memory)/4
}

// putFences limits this process for good.
func putFences(memory int64) answer {
	if memory > 0 {
		debug.SetMemoryLimit(memory * 3 / 4)
		debug.SetMaxStack(int(memory / 8))
	}
	debug.SetGCPercent(800) // documents are small and short-lived, and so is what stays: some 3 MiB. The limit above holds all the same
	missing, err := fence(memory)
	if err != nil {
		return answer{Problem: err.Error()}
	}
	return answer{Fenced: true, Missing: missing}
}
