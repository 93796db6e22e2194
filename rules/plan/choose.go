package plan

import "fmt"

// Action is what to do with the settings in the file.
type Action string

// The actions. Advise changes nothing and says what could be changed.
const (
	Keep   Action = "keep"
	Raise  Action = "raise"
	Lower  Action = "lower"
	Advise Action = "advise"
)

// Choice is what [Chooser.Choose] says.
type Choice struct {
	Action Action
	// Why is a sentence without a final period, with the values that decided.
	Why string
	// Swap is what ought to be written: the input's settings unless Action is Raise or Lower, but
	// that use_non_blocking is off where the pinned memory would not fit.
	Swap Swap
	// Low and High are the fewest blocks_to_swap, as written, that fit at the low and at the high
	// end with the other settings as they are; -1 is none.
	Low, High int
	// BeforeLow and BeforeHigh are what the input's settings need, at the low and at the high end;
	// Least is the low end with everything swapped.
	BeforeLow, BeforeHigh, Least int64
	// Verdict, Forecast, Cost and Memory are about Swap.
	Verdict  Verdict
	Forecast Forecast
	Cost     Cost
	// Memory is the computer's, see [Memory].
	Memory Span
	// Card is the verdict on the card rather than on Swap: the best that any settings reach. What
	// fits a card in this sense fits every bigger one.
	Card Verdict
	// Short is how far the high end is above the budget with Swap; 0 if it fits.
	Short int64
	// Remedies are what would make it fit, the cheapest first, where no settings do.
	Remedies []Remedy
}

// Chooser chooses for one input and many budgets. It is for one goroutine.
type Chooser struct {
	trial   *trial
	written Swap
	chosen  map[Budget]Choice
}

// NewChooser makes a [Chooser]. Weights must not be empty.
func NewChooser(in Input) *Chooser { return &Chooser{newTrial(in), in.Swap, map[Budget]Choice{}} }

// Choose decides on block swap: what is inside of [Low, High] stays, what is below is raised, and
// what is above is lowered only where header and tokens are exact, because a number that somebody
// found by trying is better than an estimate. Settings are compared by what they move. With unknown
// tokens only weights and LoRAs count, and nothing is lowered.
//
// A budget is worked out once, whatever the link: who shares settings asks again, and so do cards
// of one size.
func (ch *Chooser) Choose(budget Budget) Choice {
	link := budget.Link
	budget.Link = Link{}
	c, known := ch.chosen[budget]
	if !known {
		c = ch.choose(budget)
		ch.chosen[budget] = c
	}
	c.Cost = c.Cost.over(link, c.Swap)
	return c
}

func (ch *Chooser) choose(budget Budget) Choice {
	t, written := ch.trial, ch.written
	t.in.Swap, t.budget = written, budget
	c := Choice{Low: t.fewest(low), High: t.fewest(high), BeforeLow: t.need(written, low), BeforeHigh: t.need(written, high), Least: t.need(t.most(written), low)}
	atLow, atHigh := t.fits(written, low), t.fits(written, high)
	best, found := t.best(written)
	switch {
	case written.Dead != "":
		c.Action, c.Why = Keep, "block swap has no say here: "+written.Dead
		if !atHigh {
			c.Action = Advise
		}
	case !atLow && found:
		c.Action, c.Swap = Raise, best
	case !atLow && t.fits(t.most(written), low):
		c.Action, c.Swap = Raise, t.most(written)
	case !atLow:
		c.Action, c.Why = Advise, "it does not fit however many blocks are swapped"
	case found && t.mayLower() && t.cost(best) < t.cost(written):
		c.Action, c.Swap = Lower, best
	case found && t.mayLower() && !atHigh && t.cost(best) == t.cost(written):
		c.Action, c.Swap = Raise, best // to the high end, for nothing
	case atHigh && c.High >= 0 && t.moved(written) > t.moved(t.with(written, c.High)):
		c.Action, c.Why = Advise, fmt.Sprintf("%d would be enough by this estimate, which is not exact enough to lower what is set", c.High)
		if t.in.partial() {
			c.Why = fmt.Sprintf("%d would be enough for weights and LoRAs alone, what the video takes is not known", c.High)
		}
	default:
		c.Action, c.Why = Keep, fmt.Sprintf("blocks_to_swap %d is between the fewest that fit at the low and the high end, %s and %s",
			written.Blocks, orNone(c.Low), orNone(c.High))
	}
	if c.Action == Keep || c.Action == Advise {
		c.Swap = written
	} else {
		c.Swap = t.pinned(c.Swap)
		c.Why = t.changes(written, c.Swap)
	}
	ch.weigh(&c, budget)
	c.Card = c.Verdict
	switch {
	case found && !c.Forecast.Partial:
		c.Card = Fits
	case c.Card == DoesNotFit && t.fits(t.most(written), low):
		c.Card = Tight
	}
	if !found && c.Short > 0 {
		c.Remedies = t.remedies()
	}
	return c
}

// weigh says what the settings of a choice need and cost.
func (ch *Chooser) weigh(c *Choice, budget Budget) {
	t := ch.trial
	t.in.Swap, t.budget = c.Swap, budget
	t.unpin(c)
	c.Forecast, c.Cost, c.Memory = t.forecast(), CostOf(t.in, budget.Link), t.all[0].memory()
	c.Verdict, c.Short = verdict(c.Forecast, budget)
}

// unpin turns use_non_blocking off where pinned memory does not fit into what is free.
func (t *trial) unpin(c *Choice) {
	if pinned := Pinned(t.in); c.Swap.NonBlocking && t.budget.RAM > 0 && pinned > t.budget.RAM {
		c.Swap.NonBlocking, t.in.Swap.NonBlocking = false, false
		c.Why += fmt.Sprintf("; use_non_blocking would pin %s of %s free system memory", gib(pinned), gib(t.budget.RAM))
	}
}

// pinned are settings that are to be written anyway, with use_non_blocking on where the system
// memory is a fact and has room for twice as much as this model needs, as for the other half of a
// pair; copies are two to four times as fast then. No block is fetched ahead: it would take the place
// of one that stays.
func (t *trial) pinned(s Swap) Swap {
	with := t.in
	with.Swap = s
	if s.Blocks == 0 || s.NonBlocking || 2*(Pinned(with)+with.likely().File) > t.budget.RAM {
		return s
	}
	s.NonBlocking = true
	return s
}

// changes says what is changed, and from what.
func (t *trial) changes(from, to Swap) string {
	why := fmt.Sprintf("blocks_to_swap %d → %d", from.Blocks, to.Blocks)
	if from.Blocks == to.Blocks {
		why = fmt.Sprintf("blocks_to_swap %d", to.Blocks)
	}
	if from.VACE != to.VACE {
		why += fmt.Sprintf(", vace_blocks_to_swap %d → %d", from.VACE, to.VACE)
	}
	if from.Prefetch != to.Prefetch {
		why += fmt.Sprintf(", prefetch_blocks %d → %d", from.Prefetch, to.Prefetch)
	}
	if from.NonBlocking != to.NonBlocking {
		why += fmt.Sprintf(", use_non_blocking %t → %t", from.NonBlocking, to.NonBlocking)
	}
	if !t.fits(to, high) {
		return why + fmt.Sprintf(": takes %s at most, and %s may be used", gib(t.need(to, high)), gib(t.budget.Bytes))
	}
	if t.in.partial() {
		return why + fmt.Sprintf(": weights and LoRAs fit %s, what the video takes is not known", gib(t.budget.Bytes))
	}
	return why + ": fits " + gib(t.budget.Bytes)
}

func orNone(n int) string {
	if n < 0 {
		return "none"
	}
	return fmt.Sprint(n)
}
