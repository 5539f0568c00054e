internal import NeuralNet
internal import RealModule
internal import TensorKernels
internal import Timeline

/// Makes films that never were: sequences of shots with scenes, of which only the likeness of shots has a
/// meaning.
///
/// Scenes stand at places, places have camera positions between which a scene cuts, scenes return to places,
/// and some shots show something else: the structure that films share whatever they show. Nothing in it comes
/// from a film.
package struct SyntheticFilm {
    private let traits: SyntheticTraits
    private var uniform: RandomStream
    private var normal: NormalGenerator<RandomStream>

    /// Numbers of a vector.
    private let width: Int

    /// Equal seeds, numbers and widths give equal films. `width`: numbers of an embedding.
    package static func make(
        number: Int, shots: Int, traits: SyntheticTraits, width: Int = 48, seed: UInt64
    ) -> TrainingFilm {
        var maker = SyntheticFilm(number: number, traits: traits, width: width, seed: seed)
        return maker.film(id: "synthetic \(number)", shots: shots)
    }

    private init(number: Int, traits: SyntheticTraits, width: Int, seed: UInt64) {
        self.traits = traits
        self.width = width
        uniform = RandomStream(seed: seed, purpose: .synthesis, step: 2 * number)
        normal = NormalGenerator(RandomStream(seed: seed, purpose: .synthesis, step: 2 * number + 1))
    }

    private struct Place {
        var center: [Float]
        var setups: [[Float]]
    }

    private mutating func film(id: String, shots: Int) -> TrainingFilm {
        let (scene, setup, shot) = (draw(traits.scene), draw(traits.setup), draw(traits.shot))
        let common = vector(draw(traits.film))
        let act = draw(traits.act)
        let drift = chance(0.5) ? draw(traits.drift) : 0
        let (recurrence, setups) = (draw(traits.recurrence), draw(traits.setups))
        let (median, spread) = (draw(traits.sceneLength), draw(traits.lengthSpread))
        let (insert, discovery, staying) = (
            draw(traits.insert), draw(traits.discovery), draw(traits.staying)
        )
        let seconds = Double.exp(
            draw(Double.log(traits.shotSeconds.lowerBound)...Double.log(traits.shotSeconds.upperBound)))
        let (lengthSpread, edgeLength) = (draw(traits.shotSpread), draw(traits.edgeLength))
        let soft = chance(0.6) ? draw(traits.softEntry) : 0
        let softInside = soft * draw(traits.softInside)
        let blank = draw(traits.blank)

        var rows: [Float] = []
        var labels: [Bool] = []
        var durations: [Double] = []
        var entries: [TransitionKind] = []
        var places: [Place] = []
        var background = vector(act)
        while labels.count < shots {
            if chance(0.15) { background = vector(act) }
            var index = places.count
            if places.count > 2, chance(recurrence) {
                // Of the last places, but not the one that the film is at.
                index = places.count - 2 - uniform.position(below: min(7, places.count - 1))
            } else {
                let center = vector(scene)
                let count = 1 + poisson(setups)
                places.append(
                    Place(center: center, setups: (0..<count).map { _ in sum(center, vector(setup)) }))
            }
            let length = max(1, Int((median * Double.exp(spread * gaussian())).rounded()))
            let pace = Double.exp(0.3 * gaussian())
            var position = uniform.position(below: places[index].setups.count)
            var wandered = [Float](repeating: 0, count: width)
            for number in 0..<length {
                let count = places[index].setups.count
                if number > 0, count > 1, !chance(staying) {
                    position = (position + 1 + uniform.position(below: count - 1)) % count
                }
                if chance(discovery) {
                    places[index].setups.append(sum(places[index].center, vector(setup)))
                    position = places[index].setups.count - 1
                }
                wandered = sum(wandered, vector(drift / 3))
                var seen = sum(sum(common, background), sum(places[index].setups[position], wandered))
                if chance(insert) { seen = sum(common, vector(scene + setup)) }
                rows += sum(seen, vector(shot))
                var duration = seconds * pace * Double.exp(lengthSpread * gaussian())
                if number == 0 { duration *= Double.exp(edgeLength * abs(gaussian())) }
                if number == length - 1 { duration *= Double.exp(edgeLength * abs(gaussian())) }
                durations.append(max(duration, 0.2))
                labels.append(number == length - 1)
                let isSoft = chance(number == 0 ? soft : softInside)
                entries.append(!isSoft ? .cut : chance(0.3) ? .fadeBlack : .dissolve)
            }
            if chance(blank) {
                labels[labels.count - 1] = false
                labels.append(true)
                rows += [Float](repeating: 0, count: width)
                durations.append(Double.exp(0.3 + 0.6 * gaussian()))
                entries.append(.cut)
            }
        }
        entries[0] = .start
        return TrainingFilm(
            id: id, embeddings: Matrix(rows: labels.count, columns: width, values: rows),
            durations: durations, labels: labels, entries: entries)
    }

    // MARK: Chance

    private mutating func draw(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform.fraction()
    }

    private mutating func chance(_ share: Double) -> Bool { uniform.fraction() < share }

    private mutating func gaussian() -> Double { Double(normal.values(count: 1, deviation: 1)[0]) }

    /// A random direction with this mean square length.
    private mutating func vector(_ variance: Double) -> [Float] {
        normal.values(count: width, deviation: Float((variance / Double(width)).squareRoot()))
    }

    /// A count with this mean (Knuth's product of uniforms).
    private mutating func poisson(_ mean: Double) -> Int {
        let limit = Double.exp(-mean)
        var (count, product) = (0, uniform.fraction())
        while product > limit {
            count += 1
            product *= uniform.fraction()
        }
        return count
    }

    private func sum(_ left: [Float], _ right: [Float]) -> [Float] { zip(left, right).map { $0 + $1 } }
}
