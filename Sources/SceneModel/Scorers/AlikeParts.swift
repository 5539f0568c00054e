package import SceneSegmentation
package import Timeline

extension ContextWindow {
    /// The part up to the center and the part behind it that are most alike; nil where nothing that shows a
    /// place stands on one side. Repeated entries are left out. O(L K D).
    package var mostAlike: ScoreReasons.Pair? {
        let real = repeatedLeft..<(parts.count - repeatedRight)
        let known = real.filter { CosineDistances.hasDirection(parts[$0].embedding) }
        var distances = CosineDistances()
        distances.measure(parts, at: known)
        var best: ScoreReasons.Pair?
        for (row, left) in known.enumerated() where left <= leftCount {
            for (column, right) in known.enumerated() where right > leftCount {
                let distance = Double(distances.values[row * known.count + column])
                guard distance < best?.distance ?? .infinity else { continue }
                best = ScoreReasons.Pair(
                    leftPart: parts[left].index, rightPart: parts[right].index, distance: distance)
            }
        }
        return best
    }
}
