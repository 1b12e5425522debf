package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings are the measurements to run.
type settings struct {
	cli       string
	users     []int
	tenants   []int
	latencies []time.Duration
	applies   []time.Duration
	styles    []style
	best      int
	folder    string
}

// read parses the lists of the flags.
func (s *settings) read(users, tenants, latencies, applies, names string) error {
	var errs [4]error

	s.users, errs[0] = numbers("-users", users)
	s.tenants, errs[1] = numbers("-tenants", tenants)
	s.latencies, errs[2] = durations("-latencies", latencies)
	s.applies, errs[3] = durations("-applies", applies)

	if err := errors.Join(errs[:]...); err != nil {
		return err
	}

	if s.best < 1 {
		return fmt.Errorf("-best: %d is less than 1", s.best)
	}

	for name := range strings.SplitSeq(names, ",") {
		at := slices.IndexFunc(styles, func(style style) bool { return style.name == name })
		if at < 0 {
			return fmt.Errorf("-styles: there is no style %q", name)
		}

		s.styles = append(s.styles, styles[at])
	}

	return nil
}

// latenciesOf returns the latencies at which a step is measured.
func (s *settings) latenciesOf(what step) []time.Duration {
	if what.name == applying.name || what.name == importing.name {
		return s.applies
	}

	return s.latencies
}

// numbers parses the value of a flag such as "100,300".
func numbers(flag, list string) ([]int, error) {
	var counts []int

	for text := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' }) {
		count, err := strconv.Atoi(text)
		if err != nil || count < 1 {
			return nil, fmt.Errorf("%s: %q is not a number of users", flag, text)
		}

		counts = append(counts, count)
	}

	return counts, nil
}

// durations parses the value of a flag such as "0,25ms".
func durations(flag, list string) ([]time.Duration, error) {
	var durations []time.Duration

	for text := range strings.SplitSeq(list, ",") {
		duration, err := time.ParseDuration(text)
		if err != nil || duration < 0 {
			return nil, fmt.Errorf("%s: %q is not a latency", flag, text)
		}

		durations = append(durations, duration)
	}

	return durations, nil
}
