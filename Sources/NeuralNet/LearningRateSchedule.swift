internal import RealModule

/// The learning rate of every step: linear warm-up from 0, then half a cosine down to 0.
package struct LearningRateSchedule: Hashable, Sendable {
    package var base: Float
    package var totalSteps: Int
    package var warmupSteps: Int
    /// Without decay the rate stays at `base` after the warm-up.
    package var isConstant: Bool

    package init(base: Float, totalSteps: Int, warmupSteps: Int = 0, isConstant: Bool = false) {
        precondition(totalSteps > 0 && warmupSteps >= 0, "steps are counted")
        self.base = base
        self.totalSteps = totalSteps
        self.warmupSteps = warmupSteps
        self.isConstant = isConstant
    }

    /// Rate of step `step`, the first being 0.
    package func rate(step: Int) -> Float {
        if step < warmupSteps { return base * Float(step) / Float(warmupSteps) }
        guard !isConstant else { return base }
        let progress = Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps))
        return base * Float(max(0, 0.5 * (1 + Double.cos(Double.pi * progress))))
    }
}
