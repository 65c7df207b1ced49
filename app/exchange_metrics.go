package app

import (
	"github.com/prometheus/client_golang/prometheus"
)

// exchanged tells what the gateways of this process have done, asked when it is
// read. Labels name gateways and types of fault, never members' people.
type exchanged struct{ a *App }

var (
	exchangedDesc = prometheus.NewDesc("diwan_exchange_messages_total", "Responses given since the start, to information systems or to other gateways.", []string{"server", "to"}, nil)
	faultsDesc    = prometheus.NewDesc("diwan_exchange_faults_total", "Faults since the start, by type.", []string{"server", "type"}, nil)
	underWayDesc  = prometheus.NewDesc("diwan_exchange_under_way", "Messages under way.", []string{"server"}, nil)
)

// Describe implements prometheus.Collector.
func (e *exchanged) Describe(ch chan<- *prometheus.Desc) {
	ch <- exchangedDesc
	ch <- faultsDesc
	ch <- underWayDesc
}

// Collect implements prometheus.Collector.
func (e *exchanged) Collect(ch chan<- prometheus.Metric) {
	for _, p := range e.a.outposts {
		id, f := p.Gateway.ID.String(), p.Gateway.Figures()
		ch <- prometheus.MustNewConstMetric(exchangedDesc, prometheus.CounterValue, float64(f.Answered), id, "systems")
		ch <- prometheus.MustNewConstMetric(exchangedDesc, prometheus.CounterValue, float64(f.Provided), id, "gateways")
		ch <- prometheus.MustNewConstMetric(underWayDesc, prometheus.GaugeValue, float64(f.UnderWay), id)
		for kind, n := range f.Faults {
			ch <- prometheus.MustNewConstMetric(faultsDesc, prometheus.CounterValue, float64(n), id, kind)
		}
	}
}
