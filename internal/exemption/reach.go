package exemption

// Entries returns the exemptions, sorted by id.
func (s *Set) Entries() []*Entry { return s.entries }

// Fails returns the first moment at which findings of an expired exemption fail everywhere, as written by
// [expiry.Clock].
func (s *Set) Fails(e *Entry) string {
	if e.BreakGlass {
		return e.until
	}
	return s.clock.Fails(e.Expires)
}
