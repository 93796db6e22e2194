package rules

import "github.com/wanfix/wanfix/workflows"

// Severity tells how much a finding matters.
type Severity string

// Severities, worst first.
const (
	Error   Severity = "error"   // the workflow crashes or is refused
	Warning Severity = "warning" // it may crash, is slow, or does not do what it seems to
	Info    Severity = "info"    // worth knowing
)

// Safety grades what a fix does to the video.
type Safety string

// Grades of fixes, most careful first.
const (
	Lossless Safety = "lossless" // the same numbers decide the picture
	Rescue   Safety = "rescue"   // changes what is computed, where the workflow would crash without it
	Unsafe   Safety = "unsafe"   // changes the picture, or needs another file
	Advice   Safety = "advice"   // told, never done
)

// Rule is one thing known to be bad. It is read from a Markdown page that is its
// documentation and its test as well, see docs/rules.md.
type Rule struct {
	// ID is the page's name: "e4m3fn-needs-sm89-to-compile". Pack is its folder, File the
	// page as messages name it.
	ID, Pack, File string
	// Own says that the rule is the user's, which outranks packs.
	Own bool
	// Facts are the ids of the known facts behind the rule.
	Facts    []string
	Severity Severity
	// On is what is judged: a "stack", or what of a "workflow" stands at a node alone.
	On string
	// Around says that it is no fault of the file, but advice about what stands around it:
	// how ComfyUI is started, what lies on the disk.
	Around bool
	// When must hold for the rule to fire. Unless holds its exceptions: where one
	// may apply and nobody knows, the rule fires with the severity Unsure.
	When, Unless Cond
	Unsure       Severity
	// Message is a sentence with {facts} in it.
	Message string
	// Errors are pieces of the error texts that this mistake ends in.
	Errors []string
	// Fixes are alternatives, best first.
	Fixes []Fix
	// Page is the whole Markdown text.
	Page string
}

// rank orders rules: the user's outrank packs.
func (r *Rule) rank() int {
	if r.Own {
		return 1
	}
	return 0
}

// Fix is one way to mend what a rule finds.
type Fix struct {
	Say    string
	Safety Safety
	// Needs must hold for the fix to be possible.
	Needs Cond
	Do    []Action
}

// Action is one wish of a fix. Of a list's field it means every node of the list.
type Action struct {
	Op workflows.Op
	// Target is "role.field" for a set, a role for an unplug or a give.
	Target string
	// Value is the JSON text to set, or a {fact}; for a give an object of them by field.
	Value string
}
