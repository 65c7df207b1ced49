package main

func newBench() *command {
	return &command{name: "bench", short: "measure speed against the machine's raw limit", sub: []*command{}}
}
