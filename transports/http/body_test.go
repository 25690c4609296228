package http

import (
	"context"
	"errors"
	"testing"
)

// TestBodyAfterFinish: the transport's goroutine may go on reading after Send has returned. It gets nothing, and mark is not called.
func TestBodyAfterFinish(t *testing.T) {
	b := &markedBody{ctx: t.Context(), rest: []byte("{}"), mark: func(context.Context) error { t.Error("marked"); return nil }}
	if n, err := b.Read(make([]byte, 10)); n != 1 || err != nil {
		t.Fatalf("read %d, %v", n, err)
	}
	if marked, refusal := b.finish(); marked || refusal != nil {
		t.Errorf("marked %v, %v", marked, refusal)
	}
	if n, err := b.Read(make([]byte, 10)); n != 0 || !errors.Is(err, errBodyClosed) {
		t.Errorf("read %d, %v after the end", n, err)
	}
}
