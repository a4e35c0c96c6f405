import CoreMetrics
import Testing

@testable import Exposition

@Suite("metrics") struct MetricsRegistryTests {
    @Test("are written as Prometheus reads them: help, type, samples in order, labels escaped")
    func text() {
        let registry = MetricsRegistry([
            .init("a_total", "How many."), .init("b_seconds", "How long.", bounds: [0.5, 1]),
        ])
        let counter = registry.makeCounter(label: "a_total", dimensions: [("path", "/x\"\u{902}\\\n")])
        counter.increment(by: 2)
        registry.makeCounter(label: "a_total", dimensions: [("path", "/x\"\u{902}\\\n")]).increment(by: 1)
        registry.makeCounter(label: "a_total", dimensions: [("path", "/a")]).increment(by: 5)
        let timer = registry.makeTimer(label: "b_seconds", dimensions: [("path", "/a")])
        for milliseconds in [500, 750, 1_000, 4_000] { timer.recordNanoseconds(Int64(milliseconds) * 1_000_000) }
        registry.makeMeter(label: "c", dimensions: []).set(Int64(-7))
        #expect(
            String(decoding: registry.text(), as: UTF8.self) == """
                # HELP a_total How many.
                # TYPE a_total counter
                a_total{path="/a"} 5
                a_total{path="/x\\"\u{902}\\\\\\n"} 3
                # HELP b_seconds How long.
                # TYPE b_seconds histogram
                b_seconds_bucket{path="/a",le="0.5"} 1
                b_seconds_bucket{path="/a",le="1"} 3
                b_seconds_bucket{path="/a",le="+Inf"} 4
                b_seconds_sum{path="/a"} 6.25
                b_seconds_count{path="/a"} 4
                # TYPE c gauge
                c -7

                """)
    }

    @Test("a name that is used as two kinds keeps the first")
    func kinds() {
        let registry = MetricsRegistry([])
        registry.makeCounter(label: "a", dimensions: []).increment(by: 1)
        registry.makeMeter(label: "a", dimensions: []).set(Int64(9))
        #expect(String(decoding: registry.text(), as: UTF8.self) == "# TYPE a counter\na 1\n")
    }
}
