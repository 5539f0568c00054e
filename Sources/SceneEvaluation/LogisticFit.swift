internal import RealModule

/// The line through the logits of scores that makes the truth most probable (Platt 1999).
package struct LogisticFit: Hashable, Sendable {
    /// logit(probability) = slope x input + intercept; the slope is not negative.
    package private(set) var slope: Double
    package private(set) var intercept: Double

    /// Precision of the normal priors: of the slope around 1 with this, of the intercept around 0 with a
    /// tenth. They keep both finite where scores separate all boundaries, or where there is none, and pull
    /// few places toward the score itself.
    private static let strength = 1.0

    /// Newton's method on a convex function: at most 50 rounds of O(n).
    ///
    /// - Parameter places: the logit of a score, and whether there is a boundary.
    package init(_ places: [(input: Double, isBoundary: Bool)]) {
        (slope, intercept) = (1, 0)
        var loss = Self.loss(places, slope, intercept)
        for _ in 0..<50 {
            var gradient = (
                slope: Self.strength * (slope - 1), intercept: Self.strength / 10 * intercept
            )
            var curvature = (slope: Self.strength, both: 0.0, intercept: Self.strength / 10)
            for place in places {
                let value = Self.logistic(slope * place.input + intercept)
                let error = value - (place.isBoundary ? 1 : 0)
                let weight = value * (1 - value)
                gradient.slope += error * place.input
                gradient.intercept += error
                curvature.slope += weight * place.input * place.input
                curvature.both += weight * place.input
                curvature.intercept += weight
            }
            let determinant = curvature.slope * curvature.intercept - curvature.both * curvature.both
            guard determinant > 0 else { break }
            let step = (
                slope: (curvature.intercept * gradient.slope - curvature.both * gradient.intercept)
                    / determinant,
                intercept: (curvature.slope * gradient.intercept - curvature.both * gradient.slope)
                    / determinant
            )
            // A full step may go too far where the function is flat.
            var share = 1.0
            var next = Self.loss(places, slope - step.slope, intercept - step.intercept)
            while next > loss, share > 1e-6 {
                share /= 2
                next = Self.loss(places, slope - share * step.slope, intercept - share * step.intercept)
            }
            guard next < loss else { break }
            let gain = loss - next
            slope -= share * step.slope
            intercept -= share * step.intercept
            loss = next
            if gain < 1e-12 * (1 + loss) { break }
        }
        guard slope < 0 else { return }
        // Scores that say the opposite say nothing: the share of boundaries remains.
        let share = (Double(places.count(where: \.isBoundary)) + 0.5) / Double(places.count + 1)
        (slope, intercept) = (0, Double.log(share) - Double.log(1 - share))
    }

    private static func logistic(_ value: Double) -> Double { 1 / (1 + Double.exp(-value)) }

    private static func loss(
        _ places: [(input: Double, isBoundary: Bool)], _ slope: Double, _ intercept: Double
    ) -> Double {
        var loss = strength / 2 * (slope - 1) * (slope - 1) + strength / 20 * intercept * intercept
        for place in places {
            let value = slope * place.input + intercept
            let margin = place.isBoundary ? value : -value
            loss += max(-margin, 0) + Double.log(onePlus: Double.exp(-abs(margin)))
        }
        return loss
    }
}
