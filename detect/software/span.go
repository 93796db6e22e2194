package software

import (
	"strings"
	"time"
)

// Span is a day of which only bounds are known, both of them possible.
type Span struct {
	First string // as 2025-10-19
	Last  string // "" is without an end: any day since First
}

// Words says what is known of the day.
func (s Span) Words() string {
	if s.Last == "" {
		return "some day since " + s.First
	}
	return "some day from " + s.First + " to " + s.Last
}

// String writes a span for programs: "2025-10-19…2025-10-30", or "2026-02-02…".
func (s Span) String() string { return s.First + "…" + s.Last }

// MarshalText makes a span a text in JSON.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSpan reads what [Span.String] writes.
func ParseSpan(text string) (s Span, ok bool) {
	first, last, ok := strings.Cut(text, "…")
	if !ok || !IsDay(first) || last != "" && (!IsDay(last) || last < first) {
		return Span{}, false
	}
	return Span{first, last}, true
}

// Has reports whether a day may be the one.
func (s Span) Has(day string) bool {
	return s.First <= day && (s.Last == "" || day <= s.Last)
}

// IsDay reports whether a text is a day such as 2025-10-21.
func IsDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
