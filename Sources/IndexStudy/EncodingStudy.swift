import NeuralNet
import Platform
import SceneModel
import SceneSegmentation
import TensorKernels

/// How long the scene encoder of `train scenes` takes for a scene, fresh and of its default sizes, on one
/// thread: the least and the middle of several rounds. What the weights are changes nothing.
struct EncodingStudy {
    let settings: StudySettings

    func run() {
        let width = settings.number("width", 512)
        let partCount = settings.number("parts", 9)
        let encoder = TrainedSceneEncoder(
            SceneTransformer(
                embeddingWidth: width, sizes: SceneTransformer.Sizes(),
                seed: UInt64(settings.number("seed", 1))))
        var random = SeededGenerator(seed: 2)
        let scenes = (0..<settings.number("scenes", 200)).map { _ in
            (0..<partCount).map { place in
                ScenePart(
                    embedding: (0..<width).map { _ in Float(random.fraction()) - 0.5 }, seconds: 4)
            }
        }
        var seconds: [Double] = []
        // The first round does not count.
        for round in 0...settings.number("rounds", 10) {
            let start = WallClock.monotonicSeconds()
            for scene in scenes { precondition(encoder.encode(scene, width: width).count == width) }
            if round > 0 { seconds.append((WallClock.monotonicSeconds() - start) / Double(scenes.count)) }
        }
        seconds.sort()
        print(
            "{\"parts\":\(partCount),\"width\":\(width),\"milliseconds\":\(seconds[0] * 1000),"
                + "\"median\":\(seconds[seconds.count / 2] * 1000),\"core\":\"\(BLAS.coreName)\"}")
    }
}
