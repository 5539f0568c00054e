import FeedRuntime
import MediaInput
import ScenePipeline
import SceneSegmentation
import Testing
import Timeline

/// What a feed's plan makes of the options that it is given.
@Suite struct FeedPlanTests {
    /// What is held back is no stall: a group of pictures waits at most half as long as a feed may be silent,
    /// and the worker is told so.
    @Test(arguments: [(10.0, 5.0), (40, 12), (1, 0.5)])
    func groupsWaitForLessThanAStall(stall: Double, longest: Double) throws {
        let plan = FeedPlan(
            name: "one", address: FeedAddress("tcp://127.0.0.1:1"), options: SegmentOptions(),
            media: MediaOptions(), timing: FeedTiming(stallAfter: stall), version: "0")
        #expect(plan.media.longestGroup == longest)
        let specification = WorkerSpecification(
            input: "x", media: plan.media, options: plan.options, sampling: .keyFrames(3))
        let read = try WorkerSpecification(message: specification.message[...])
        #expect(read.media.longestGroup == longest)
    }
}
