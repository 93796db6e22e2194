package plan

// era is a stretch of the wrapper's history in which a block needed the same memory. Later is more.
type era int

const (
	fp32Residual  era = iota // before 2025-09-01, feed-forward in fp32 as well
	leanFFN                  // the residual still in fp32
	halfResidual             // since 2025-11-30, everything in 16 bit
	modulatedOnce            // since 2026-01-22, today's
	eras
)

// Days on which the wrapper changed what is planned here.
const (
	leanFFNSince       = "2025-09-01"
	halfResidualSince  = "2025-11-30"
	modulatedOnceSince = "2026-01-22"

	mergedOffByOneSince = "2025-08-28"
	conv3DSince         = "2025-10-16" // works around torch 2.9's 3D convolutions
	offByOneSince       = "2025-10-06"
	wideWidgetSince     = "2025-10-26" // blocks_to_swap goes up to 48, not 40
	loraBuffersSince    = "2025-10-29" // unmerged LoRAs are swapped with their blocks
)

// eraDays are the first and the last day of each era.
var eraDays = [eras]Days{
	fp32Residual:  {To: "2025-08-31"},
	leanFFN:       {From: leanFFNSince, To: "2025-11-29"},
	halfResidual:  {From: halfResidualSince, To: "2026-01-21"},
	modulatedOnce: {From: modulatedOnceSince},
}

// possible are the eras that the days allow, the likeliest first, which is the latest.
func (d Days) possible() []era {
	var all []era
	for e := eras - 1; e >= 0; e-- {
		if days := d.within(e); days.To == "" || days.From <= days.To {
			all = append(all, e)
		}
	}
	return all
}

// within are those of the days that are of an era.
func (d Days) within(e era) Days {
	days := eraDays[e]
	days.From = max(days.From, d.From)
	if days.To == "" || d.To != "" && d.To < days.To {
		days.To = d.To
	}
	return days
}

// presumed reports whether it is taken for granted that the wrapper is today's: nothing says
// how old it is at most.
func (d Days) presumed() bool { return d.To == "" && len(d.possible()) > 1 }

// since tells whether the wrapper is of a day or later.
func (d Days) since(day string) Maybe {
	switch {
	case d.From != "" && d.From >= day:
		return Yes
	case d.To != "" && d.To < day:
		return No
	}
	return Unknown
}
