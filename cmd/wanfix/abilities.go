package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
)

// ability is something that a setting of WanVideoWrapper needs of a card.
type ability struct {
	name string
	// cases end with one for every card; the first that fits a card holds for it.
	cases []abilityCase
}

type abilityCase struct {
	fits func(gpu.GPU) bool
	text string // in which {sm} and {sms} stand for the card's figures
}

// abilities say yes to cards yet unknown where upstream states the lowest capability, and unknown
// where it lists the cards.
var abilities = []ability{
	{"bf16", []abilityCase{
		{from(80), "yes"},
		{fp16(gpu.Broken), "emulated: use fp32"},
		{fp16(gpu.Unknown), "emulated: use fp32, or fp16 if that works on this chip"},
		{quickFP16, "emulated: use fp16"},
		{always, "emulated: use fp32"},
	}},
	{"fp16", []abilityCase{
		{fp16(gpu.Broken), "broken on this chip: use fp32"},
		{fp16(gpu.Unknown), "unknown: some chips of sm_{sm} get it wrong, and the name tells which"},
		{quickFP16, "yes"},
		{always, "slow: good to store weights, not to compute"},
	}},
	{"fp8 products (_fast)", []abilityCase{
		{from(89), "yes"},
		{always, "no: fp8 only as storage"},
	}},
	{"torch.compile", []abilityCase{
		{from(80), "yes"},
		{from(70), "best with triton 3.2: newer ones are slow on this card"},
		{always, "no: triton needs sm_70"},
	}},
	{"torch.compile with e4m3fn", []abilityCase{
		{from(89), "yes"},
		{from(75), "only with torch 2.13 or triton-windows post21; e5m2 works"},
		{from(70), "only with torch 2.13; e5m2 works"},
		{always, "no: triton needs sm_70"},
	}},
	{"max-autotune", []abilityCase{
		{below(70), "no: triton needs sm_70"},
		{below(80), "nothing to gain below sm_80"},
		{func(g gpu.GPU) bool { return g.SMs == 0 }, "unknown: the number of multiprocessors is not known"},
		{func(g gpu.GPU) bool { return g.SMs < bigCard }, "nothing to gain: it needs " + strconv.Itoa(bigCard) + " multiprocessors, this card has {sms}"},
		{always, "yes"},
	}},
	{"SageAttention 2", []abilityCase{
		{oneOf(120), "yes, from 2.1.1 on"},
		{oneOf(80, 86, 89, 90, 121), "yes"},
		{newer, unknownYet},
		{oneOf(75, 87, 100), "not from its own builds: other wheels have it, and version 1 does not look at the card"},
		{from(80), "not from any known build: version 1 does not look at the card"},
		{always, "no: no build has it below sm_75"},
	}},
	{"SageAttention 3", []abilityCase{
		{oneOf(100, 120, 121), "yes"},
		{newer, unknownYet},
		{always, "no: it refuses sm_{sm}"},
	}},
	{"FlashAttention 2", []abilityCase{
		{newer, unknownYet},
		{from(80), "yes"},
		{always, "no: it needs sm_80"},
	}},
}

// bigCard is the number of multiprocessors from which torch tunes matrix products.
const bigCard = 68

const unknownYet = "unknown: sm_{sm} is newer than wanfix"

func always(gpu.GPU) bool { return true }

func from(sm int) func(gpu.GPU) bool  { return func(g gpu.GPU) bool { return g.SM >= sm } }
func below(sm int) func(gpu.GPU) bool { return func(g gpu.GPU) bool { return g.SM < sm } }

func oneOf(sms ...int) func(gpu.GPU) bool {
	return func(g gpu.GPU) bool { return slices.Contains(sms, g.SM) }
}

// newer is a card of a family that did not exist when this was written. The oldest families are
// not known either.
func newer(g gpu.GPU) bool { return g.Arch() == "" && g.SM > 50 }

func quickFP16(g gpu.GPU) bool { return g.SM >= 70 || g.SM == 60 }

func fp16(health gpu.Health) func(gpu.GPU) bool {
	return func(g gpu.GPU) bool { return g.FP16 == health }
}

// can tells what a card can do, in words. Its capability has to be known.
func (a ability) can(card gpu.GPU) string {
	at := slices.IndexFunc(a.cases, func(c abilityCase) bool { return c.fits(card) })
	figures := strings.NewReplacer("{sm}", strconv.Itoa(card.SM), "{sms}", strconv.Itoa(card.SMs))
	return figures.Replace(a.cases[at].text)
}
