package corpus

// Figure is the result of a detector on the strings of one class.
type Figure struct {
	Group Group  `json:"group"`
	Class string `json:"class"`
	Rows  int    `json:"rows"`
	Hits  int    `json:"hits"` // rows in which it finds a secret: right ones, but wrong ones in the harmless group
}

// Measure counts the strings in which found reports a secret, by class, in order of first appearance.
func Measure(rows []Row, found func(Row) bool) []Figure {
	var figures []Figure
	place := map[string]int{}
	for _, r := range rows {
		i, ok := place[r.Class]
		if !ok {
			i = len(figures)
			place[r.Class] = i
			figures = append(figures, Figure{Group: r.Group, Class: r.Class})
		}
		figures[i].Rows++
		if found(r) {
			figures[i].Hits++
		}
	}
	return figures
}

// Share returns the hits of a group in percent of its strings.
func Share(figures []Figure, g Group) float64 {
	rows, hits := 0, 0
	for _, f := range figures {
		if f.Group == g {
			rows += f.Rows
			hits += f.Hits
		}
	}
	if rows == 0 {
		return 0
	}
	return 100 * float64(hits) / float64(rows)
}

// Precision returns the correct hits in percent of all hits.
func Precision(figures []Figure) float64 {
	right, all := 0, 0
	for _, f := range figures {
		all += f.Hits
		if f.Group != Harmless {
			right += f.Hits
		}
	}
	if all == 0 {
		return 0
	}
	return 100 * float64(right) / float64(all)
}
