package import NeuralNet
package import SceneSegmentation
package import TensorKernels
package import Timeline

/// The scene encoder over patches in the form that learns: what `PatchSceneEncoder` runs, and writes itself
/// as a file that it reads.
package struct PatchSceneNetwork: Sendable {
    package var vision: TrainableVisionTransformer
    package let layout: PatchLayout
    /// What the file that it came from says of itself.
    package let metadata: ModelMetadata

    /// Reads and checks the scene encoder of a file, which `scened model scene-encoder` made.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard file.metadata[SceneEncoderKey.kind] == PatchSceneEncoder.kind else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no scene encoder that looks at pictures",
                remedy: "give a file that scened model scene-encoder made")
        }
        let layout = try PatchLayout(file)
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        self.init(
            vision: try TrainableVisionTransformer(clip: file, activation: metadata.activation ?? .quickGELU),
            layout: layout, metadata: metadata)
    }

    package init(vision: TrainableVisionTransformer, layout: PatchLayout, metadata: ModelMetadata) {
        self.vision = vision
        self.layout = layout
        self.metadata = metadata
    }

    /// The pictures that it wants of a scene.
    package var wanted: ScenePictures {
        ScenePictures(
            geometry: PicturePreparation.clip(side: vision.pictureSide).geometry, mostParts: layout.shots,
            framesPerPart: layout.framesPerShot)
    }

    /// What is left out where it is black.
    package var skipsBlank: Bool { (metadata.blankRule ?? .skip) == .skip }

    /// The patches of frames, one under the other, as the network takes them [F G G, 3 P P]. Frames are as
    /// `wanted` cuts them.
    package func pixels(of frames: [RGBPicture]) -> Matrix {
        let (side, patch, grid) = (vision.pictureSide, vision.patchSide, vision.gridSide)
        let table = PicturePreparation.clip(side: side).valueTable()
        var rows = Matrix(rows: frames.count * grid * grid, columns: 3 * patch * patch)
        rows.modifyValues { values in
            for (place, frame) in frames.enumerated() {
                precondition(frame.width == side && frame.height == side, "crops of the network's size")
                for y in 0..<side {
                    for x in 0..<side {
                        let row = (place * grid + y / patch) * grid + x / patch
                        let base = row * 3 * patch * patch + y % patch * patch + x % patch
                        for channel in 0..<3 {
                            values[base + channel * patch * patch] =
                                table[256 * channel + Int(frame.bytes[3 * (y * side + x) + channel])]
                        }
                    }
                }
            }
        }
        return rows
    }

    /// As a file that `PatchSceneEncoder` reads, under OpenAI's names. `entries`: what else its metadata
    /// say, before what the file that it came from says.
    package func file(_ entries: [String: String]) -> SafetensorsWriter {
        var metadata = metadata
        metadata.precision = .float32
        (metadata.packed, metadata.packedSource) = (nil, nil)
        (metadata.leastCosine, metadata.meanCosine) = (nil, nil)
        (metadata.textHeadCount, metadata.vocabulary, metadata.vocabularyDigest) = (nil, nil, nil)
        var writer = SafetensorsWriter(
            metadata: metadata.entries.merging(layout.entries) { $1 }.merging(entries) { $1 })
        vision.write(to: &writer)
        return writer
    }
}

extension PatchSceneNetwork: SceneEncoder {
    package var name: String { PatchSceneEncoder.kind }
    package var digest: String? { nil }
    package var pictures: ScenePictures? { wanted }

    package func dimension(embeddings width: Int) -> Int { vision.outputDimension }

    package func refusal(encoder: String, digest: String?, width: Int) -> String? {
        "it looks at pictures, and embeddings hold none"
    }

    /// Slower than `PatchSceneEncoder`, for networks that are no file yet.
    package func encode(_ parts: [ScenePart], width: Int) -> [Float] {
        let frames = parts.flatMap(\.pictures).filter { !skipsBlank || !$0.isBlank }
        guard !frames.isEmpty else { return [Float](repeating: 0, count: vision.outputDimension) }
        var room = vision.makeRoom(frames: frames.count)
        let trace = vision.forward(
            pixels(of: frames), frames: frames.count, interpolation: layout.interpolation, &room)
        return UnitRows(trace.vector).values.row(0)
    }
}

extension PatchSceneNetwork: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) { vision.visitParameters(path, body) }
}
