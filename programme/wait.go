package programme

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Precision is how far a median or percentile may be from the true one: the
// widths of the classes in which waiting times are counted grow by 5 %, and the
// middle of a class stands for it.
const Precision = 0.025

// bounds are the upper ends of the classes in milliseconds: the first takes
// everything below a minute, the last ends beyond ten years.
var bounds = func() (out []int64) {
	for ms := int64(60_000); ms < 4000*24*3600*1000; ms = ms * 21 / 20 {
		out = append(out, ms)
	}
	return out
}()

// class is where a waiting time is counted; 0 is less than a minute.
func class(ms int64) int {
	i, found := slices.BinarySearch(bounds, ms)
	if found {
		i++
	}
	return min(i, len(bounds)-1)
}

// middle is the time that stands for a class.
func middle(class int) time.Duration {
	if class <= 0 {
		return 0
	}
	class = min(class, len(bounds)-1)
	return time.Duration((bounds[class-1]+bounds[class])/2) * time.Millisecond
}

// spread says how many cases waited how long: class → cases. Cases that waited
// less than a minute are not in it: they are what is missing to all closed ones.
type spread map[int]int64

// parse adds what text holds: "12:3 40:1".
func (s spread) parse(text string) {
	for text != "" {
		var item string
		item, text, _ = strings.Cut(text, " ")
		at, n, _ := strings.Cut(item, ":")
		k, err := strconv.Atoi(at)
		v, err2 := strconv.ParseInt(n, 10, 64)
		if err == nil && err2 == nil {
			s[k] += v
		}
	}
}

// String writes s in the order of its classes.
func (s spread) String() string {
	var b strings.Builder
	for _, k := range s.classes() {
		if s[k] == 0 {
			continue // all that were counted there were taken back
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(k) + ":" + strconv.FormatInt(s[k], 10))
	}
	return b.String()
}

func (s spread) classes() []int {
	keys := make([]int, 0, len(s))
	for k := range s {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Wait is how long people waited: half of them at most Median, nine in ten at
// most P90, within Precision.
type Wait struct {
	Median time.Duration
	P90    time.Duration
}

// wait reads the percentiles of s among all closed cases.
func (s spread) wait(closed int64) Wait {
	return Wait{Median: s.percentile(closed, 50), P90: s.percentile(closed, 90)}
}

// percentile is the time that p in a hundred cases did not exceed (nearest rank).
func (s spread) percentile(closed, p int64) time.Duration {
	rank := (closed*p + 99) / 100
	seen := closed
	for _, n := range s {
		seen -= n
	}
	if rank <= seen {
		return 0
	}
	for _, k := range s.classes() {
		if seen += s[k]; seen >= rank {
			return middle(k)
		}
	}
	return 0
}
