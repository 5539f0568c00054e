import FeedRuntime
import Testing
import Timeline

@Suite struct FeedStatusTests {
    @Test func statesHaveTheNamesOfTheDocuments() {
        #expect(
            FeedStatus.State.allCases.map(\.rawValue) == [
                "idle", "resolving", "opening", "probing", "waiting_key", "running", "stalled", "broken",
                "degraded", "backoff", "draining", "ended",
            ])
    }
}
