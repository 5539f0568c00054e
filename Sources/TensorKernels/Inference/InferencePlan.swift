internal import CSceneKernels

/// A network as a fixed list of steps over fixed memory, for one batch size: built once, run for every batch.
///
/// Running allocates nothing. Every output is summed in one fixed order, so equal inputs give equal bits
/// whatever stands beside them in the batch and whatever the number of threads; only the processor's
/// `KernelVariant` matters. A plan has one user at a time; it keeps its threads, asleep between runs, until
/// it goes.
package final class InferencePlan {
    package let variant: KernelVariant
    package let threadCount: Int
    var steps: [scene_step] = []
    private let team: OpaquePointer
    /// What the steps point to.
    private var weights: [AnyObject] = []
    private var scratch: AlignedFloats?
    private var scratchSize = 0

    /// - Parameters:
    ///   - threadCount: threads that share each step, the caller's among them.
    ///   - variant: at most the best that this processor has.
    package init(threadCount: Int = 1, variant: KernelVariant = .best) {
        precondition(threadCount >= 1, "a plan needs a thread")
        precondition(variant.rawValue <= KernelVariant.best.rawValue, "a variant of this processor")
        self.variant = variant
        if let team = scene_team_create(Int32(threadCount)) {
            self.team = team
            self.threadCount = threadCount
        } else {
            // Fewer threads change the time, never the result.
            guard let team = scene_team_create(1) else { fatalError("out of memory") }
            self.team = team
            self.threadCount = 1
        }
    }

    deinit { scene_team_destroy(team) }

    /// A map of zeros for the steps to use.
    package func makeMap(
        images: Int, height: Int, width: Int, channels: Int, border: Int = 0, frameBorder: Int = 0
    ) -> FeatureMap {
        FeatureMap(
            images: images, height: height, width: width, channels: channels, border: border,
            frameBorder: frameBorder)
    }

    /// Does all steps in order.
    package func run() {
        prepareScratch()
        steps.withUnsafeBufferPointer { scene_run(team, variant.lanes, $0.baseAddress, $0.count) }
    }

    func append(_ step: scene_step, keeping owners: [AnyObject]) {
        steps.append(step)
        weights.append(contentsOf: owners)
    }

    /// Steps run one after another, so they share one scratch, as large as the hungriest needs.
    func reserveScratch(_ count: Int) {
        scratchSize = max(scratchSize, (count + 15) / 16 * 16)
        scratch = nil
    }

    private func prepareScratch() {
        guard scratch == nil, scratchSize > 0 else { return }
        let scratch = AlignedFloats(count: scratchSize * threadCount)
        self.scratch = scratch
        for index in steps.indices {
            if steps[index].kind == SCENE_BFLOAT_PRODUCT {
                steps[index].product.scratch = scratch.base
                steps[index].product.scratch_stride = Int64(scratchSize)
            } else if steps[index].kind == SCENE_ATTENTION {
                steps[index].attention.scratch = scratch.base
                steps[index].attention.scratch_stride = Int64(scratchSize)
            } else if steps[index].kind == SCENE_WINOGRAD {
                steps[index].winograd.scratch = scratch.base
                steps[index].winograd.scratch_stride = Int64(scratchSize)
            }
        }
    }
}
