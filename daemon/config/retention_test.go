package config

import (
	"strings"
	"testing"
	"time"
)

func TestRetention(t *testing.T) {
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{"raw: 90d": "2025-12-31", "raw: 1 month": "2026-03-03", "raw: never, personal: never": "", "raw: 2 weeks": "2026-03-17"} {
		c := load(t, map[string]string{"waybill.yaml": goodMain + "retention: {" + text + "}\n", "suppliers/prairie.yaml": goodSupplier})
		at, ends := c.Retention.RawAge.Before(now)
		if got := at.Format(time.DateOnly); ends != (want != "") || ends && got != want {
			t.Errorf("%s: what is older than %s is forgotten (%v), want %s", text, got, ends, want)
		}
	}
	for text, want := range map[string]string{"raw: 3": "expected a time like", "raw: 13 days": "at least 14 days", "raw: 1 year, personal: 2 months": "shorter than raw", "raw: never": "at most that",
		"personal: 24 months and a day": "expected a time like", "raw: 0 days": "expected a time like"} {
		dir := folder(t, map[string]string{"waybill.yaml": goodMain + "retention: {" + text + "}\n", "suppliers/prairie.yaml": goodSupplier})
		if _, err := Load(dir + "/waybill.yaml"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "waybill.yaml:") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
