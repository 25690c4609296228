package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// minRate is the least speed of a body, in bytes a second, after grace: who is slower holds a connection and no more.
	minRate = 8 << 10
	grace   = 10 * time.Second
	// maxUnproved is how much of bodies may be in memory at once from senders of whom nothing is known yet, in bytes: a webhook's signature can only be
	// checked when all of it is there.
	maxUnproved = 64 << 20
)

var (
	errCompressed = errors.New("the body is compressed; send it as it is, without Content-Encoding")
	errBusy       = errors.New("too much comes in at this moment")
)

// takeBody reads a request's body of at most most bytes, from whoever keeps to minRate. held counts what is read until the caller gives it back, and may be nil.
func takeBody(w http.ResponseWriter, r *http.Request, most int64, held *atomic.Int64) (body []byte, release func(), err error) {
	var mine int64
	release = func() {
		if held != nil {
			held.Add(-mine)
		}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, release, errCompressed
	}
	if r.ContentLength > most {
		return nil, release, &http.MaxBytesError{Limit: most}
	}
	deadline := http.NewResponseController(w)
	begun := time.Now()
	in := http.MaxBytesReader(w, r.Body, most)
	piece := make([]byte, 32<<10)
	for {
		// In process, and in tests without a connection, there are no deadlines.
		_ = deadline.SetReadDeadline(begun.Add(grace + time.Duration(len(body))*time.Second/minRate))
		n, err := in.Read(piece)
		if held != nil {
			mine += int64(n)
			if held.Add(int64(n)) > maxUnproved {
				return nil, release, errBusy
			}
		}
		body = append(body, piece[:n]...)
		if errors.Is(err, io.EOF) {
			_ = deadline.SetReadDeadline(time.Time{})
			return body, release, nil
		}
		if err != nil {
			return nil, release, err
		}
	}
}

// bodyFailed answers a request whose body was not taken.
func bodyFailed(w http.ResponseWriter, what string, most int64, err error) {
	switch tooLarge := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooLarge):
		fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the %s is larger than %d MiB", what, most>>20), nil)
	case errors.Is(err, errCompressed):
		fail(w, http.StatusUnsupportedMediaType, errCompressed.Error(), nil)
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, errBusy.Error()+"; try again", nil)
	default:
		w.Header().Set("Connection", "close")
		fail(w, http.StatusBadRequest, "the request broke off, or came too slowly", nil)
	}
}
