package exemption

// Entries returns the exemptions, sorted by id.
func (s *Set) Entries() []*Entry { return s.entries }

// Fails is the first moment at which what an exemption let pass fails everywhere, as [expiry.Clock] writes it.
func (s *Set) Fails(e *Entry) string {
	if e.BreakGlass {
		return e.until
	}
	return s.clock.Fails(e.Expires)
}
