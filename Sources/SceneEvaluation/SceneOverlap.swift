/// Mean intersection over union of labeled and predicted scenes (the reference's mIoU).
///
/// A scene is a run of shots that ends with a boundary shot, from the start of its first to the end of its
/// last, in order of index whether or not indices are missing; its length is end - start. Shots after the
/// last boundary belong to no scene unless the film's end closes it. What the labels leave open between two
/// scenes (`EvaluatedFilm.unlabeled`) is taken out of the film's time first. Every labeled scene takes its
/// best overlap with any predicted scene, and every predicted scene its best with any labeled one; the result
/// is the mean of the two means, and 0 where either side has no scene.
enum SceneOverlap {
    /// nil where shots have no range. O(S * P), S and P the numbers of scenes.
    static func mean(_ film: EvaluatedFilm, threshold: Double) -> Double? {
        guard film.shots.allSatisfy({ $0.range != nil }) else { return nil }
        let labeled = (film.scenes ?? scenes(film) { $0.isBoundary }).map { labeledTime($0, film.unlabeled) }
        let predicted = scenes(film) { $0.decision ?? ($0.score > threshold) }.map {
            labeledTime($0, film.unlabeled)
        }
        guard !labeled.isEmpty, !predicted.isEmpty else { return 0 }
        return (meanBest(of: labeled, among: predicted) + meanBest(of: predicted, among: labeled)) / 2
    }

    /// `scene` on a clock that stands still during `gaps`.
    private static func labeledTime(_ scene: ShotRange, _ gaps: [ShotRange]) -> ShotRange {
        func labeled(_ time: Double) -> Double {
            gaps.reduce(time) { $0 - min(max(time - $1.start, 0), $1.end - $1.start) }
        }
        return gaps.isEmpty ? scene : ShotRange(start: labeled(scene.start), end: labeled(scene.end))
    }

    static func scenes(_ film: EvaluatedFilm, endsScene: (EvaluatedShot) -> Bool) -> [ShotRange] {
        var scenes: [ShotRange] = []
        var start: Double?
        for (position, shot) in film.shots.enumerated() {
            guard let range = shot.range else { continue }
            let first = start ?? range.start
            let closes = film.endClosesScene && position == film.shots.count - 1
            if closes || endsScene(shot) {
                scenes.append(ShotRange(start: first, end: range.end))
                start = nil
            } else {
                start = first
            }
        }
        return scenes
    }

    private static func meanBest(of scenes: [ShotRange], among others: [ShotRange]) -> Double {
        var sum = 0.0
        for scene in scenes { sum += others.reduce(0) { max($0, overlap(scene, $1)) } }
        return sum / Double(scenes.count)
    }

    private static func overlap(_ left: ShotRange, _ right: ShotRange) -> Double {
        let shared = min(left.end, right.end) - max(left.start, right.start)
        let span = max(left.end, right.end) - min(left.start, right.start)
        return shared > 0 && span > 0 ? shared / span : 0
    }
}
