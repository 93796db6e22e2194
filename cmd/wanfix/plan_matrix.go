package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// matrix is the table of many files: a row a file, a column a card. It keeps of a file what its
// row shows.
type matrix struct {
	size  string // --size
	cards []string
	rows  []matrixRow
	// reasons tell why cells are unknown, with the number of files; besides those that are kept
	// there are others.
	reasons map[string]int
	others  int
	nothing int // files without anything to plan, which have no row
	// remedies are what cells with a star take besides.
	remedies map[string]bool
}

type matrixRow struct {
	label string
	cells map[string]string // by card
}

// The words of cells.
const (
	cellNo      = "no"
	cellUnknown = "?"
	noColumn    = "no card known"
)

// maxReasons is how many reasons are told why cells are unknown.
const maxReasons = 5

func newMatrix(size string) *matrix {
	return &matrix{size: size, reasons: map[string]int{}, remedies: map[string]bool{}}
}

// add adds the row of a file, if there is anything to plan in it.
func (m *matrix) add(p *planned) {
	if len(p.stacks) == 0 {
		m.nothing++
		return
	}
	row := matrixRow{p.label, map[string]string{}}
	columns := cardTitles(p.cards)
	if len(columns) == 0 {
		columns = []string{noColumn}
	}
	why := map[string]bool{}
	for i, column := range columns {
		if !slices.Contains(m.cards, column) {
			m.cards = append(m.cards, column)
		}
		row.cells[column] = m.cell(p, i, why)
	}
	m.rows = append(m.rows, row)
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		if _, known := m.reasons[reason]; !known && len(m.reasons) == maxReasons {
			m.others++
			continue
		}
		m.reasons[reason]++
	}
}

// cell is the verdict on the worst of a file's stacks on one of its cards, with the number of
// blocks that are swapped then.
func (m *matrix) cell(p *planned, card int, why map[string]bool) string {
	worst, unknown, star := plan.Fits, false, ""
	fewest, most := -1, 0
	for _, s := range p.stacks {
		if card >= len(s.plans) || s.plans[card].Why != "" {
			unknown = true
			why[s.whyOn(card)] = true
			continue
		}
		one := s.plans[card]
		verdict, blocks := reached(one)
		worst = plan.Worse(worst, verdict)
		if one.Forecast.Partial && verdict != plan.DoesNotFit {
			unknown = true
			why["how large the video is does not stand in the workflow: say --size 832x480x81"] = true
		}
		for _, stage := range one.Stages {
			if stage.Verdict(one.Budget) != plan.Fits && verdict != plan.DoesNotFit {
				star = " *"
				m.remedies[stage.Remedy] = true
			}
		}
		if fewest < 0 || blocks < fewest {
			fewest = blocks
		}
		most = max(most, blocks)
	}
	swap := ""
	switch {
	case most > 0 && fewest == most:
		swap = fmt.Sprintf(", swap %d", most)
	case most > 0:
		swap = fmt.Sprintf(", swap %d–%d", fewest, most)
	}
	switch {
	case worst == plan.DoesNotFit:
		return cellNo
	case unknown:
		return cellUnknown
	}
	return string(worst) + swap + star
}

// reached is the best verdict that a number of blocks reaches, and that number: 0 where
// block swap has no effect.
func reached(p rules.Plan) (plan.Verdict, int) {
	verdict, blocks := p.Card, p.Swap.Blocks
	switch {
	case p.Written.Dead != "":
		blocks = 0
	case verdict == plan.Fits && p.Verdict != plan.Fits && p.High > blocks:
		blocks = p.High
	case verdict == plan.Fits:
		verdict = p.Verdict
	}
	return verdict, blocks
}

// whyOn says why the stack could not be planned on a card.
func (s plannedStack) whyOn(card int) string {
	if card < len(s.plans) {
		return s.plans[card].Why
	}
	return s.why()
}

// cardTitles name cards with their memory, as columns.
func cardTitles(cards []gpu.GPU) []string {
	titles := make([]string, len(cards))
	for i, card := range cards {
		titles[i] = cardShort(card)
		if size := gpu.GiB(card.Memory); !strings.HasSuffix(titles[i], ":"+strings.ReplaceAll(size, " ", "")) {
			titles[i] += " " + size
		}
	}
	return titles
}
