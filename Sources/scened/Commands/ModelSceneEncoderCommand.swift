import ArgumentParser
import NeuralNet
import SceneModel
import TensorKernels

extension ModelCommand {
    /// `scened model scene-encoder`: from CLIP's weights to a scene encoder.
    struct ScenePatches: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "scene-encoder",
            abstract: "Make a scene encoder that reads pictures from CLIP's weights.",
            discussion: """
                Examples:
                  scened model scene-encoder ViT-B-32.safetensors --output patches.safetensors
                  scened index add archive film.mp4 --scene-encoder patches.safetensors

                The encoder of Movies2Scenes: all patches of the key frames of a scene's shots in one sequence, with \
                one class token, whose projection is the scene's vector. A scene of more shots than --shots is \
                represented by that many, evenly spread. Time grows faster than the number of frames, which is at \
                most \(PatchLayout.mostFrames).

                Exit status: 0 done; 64 wrong usage; 65 the checkpoint cannot be used; 66 it cannot be opened; \
                73 the output cannot be written.
                """)

        @Argument(help: "CLIP's weights, as model import takes them, or a model file of CLIP.")
        var checkpoint: String

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("Write the model to this file (safetensors).", valueName: "file"))
        var output: String

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Largest number of shots that represent a scene; long shots count as several. Default: 9.",
                valueName: "count"),
            transform: NumberArgument.whole)
        var shots = 9

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Key frames of each shot: 1 to \(PatchLayout.mostFramesPerShot). Default: 1.",
                valueName: "count"),
            transform: NumberArgument.whole)
        var framesPerShot = 1

        @Option(
            help: ArgumentHelp(
                "How positions of several frames are interpolated from those of one: tall-bicubic or tall-bilinear. Default: "
                    + "tall-bicubic.", valueName: "name"))
        var interpolation = PositionInterpolation.bicubic.rawValue

        @Option(
            help: ArgumentHelp("License of the weights; kept in the file.", valueName: "text"))
        var license: String?

        @Option(
            help: ArgumentHelp(
                "Activation: quick_gelu (OpenAI's weights) or gelu. Default: that of the file, otherwise quick_gelu.",
                valueName: "name"))
        var activation: String?

        @Option(
            help: ArgumentHelp(
                "Numbers of the products, as in model import: float32 or bfloat16. Default: that of the file, otherwise float32.",
                valueName: "name"))
        var precision: String?

        func validate() throws {
            guard PositionInterpolation(rawValue: interpolation) != nil else {
                let names = PositionInterpolation.allCases.map(\.rawValue).joined(separator: " or ")
                throw ValidationError("--interpolation takes \(names)")
            }
            guard 1...PatchLayout.mostFramesPerShot ~= framesPerShot else {
                throw ValidationError("--frames-per-shot takes 1 to \(PatchLayout.mostFramesPerShot)")
            }
            guard layout != nil else {
                throw ValidationError(
                    "--shots takes 1 to \(PatchLayout.mostFrames / framesPerShot) with \(framesPerShot) frames of each: a scene has at most \(PatchLayout.mostFrames) frames"
                )
            }
            guard activation.map({ ModelMetadata.activations[$0] != nil }) ?? true else {
                throw ValidationError("--activation takes quick_gelu or gelu")
            }
            guard precision.map({ Precision(rawValue: $0) != nil }) ?? true else {
                throw ValidationError("--precision takes float32 or bfloat16")
            }
        }

        private var layout: PatchLayout? {
            PositionInterpolation(rawValue: interpolation).flatMap {
                PatchLayout(shots: shots, framesPerShot: framesPerShot, interpolation: $0)
            }
        }

        func run() throws {
            var files = FileRoles()
            files.read(checkpoint)
            files.write(output)
            try files.check()
            var claims = ModelImport.Claims()
            claims.license = license
            claims.activation = activation.flatMap { ModelMetadata.activations[$0] }
            claims.precision = precision.flatMap(Precision.init)
            claims.sceneLayout = layout
            do {
                let result = try ModelImport(path: checkpoint, output: output, claims: claims)
                Console.say(
                    "\(output): \(result.metadata.architecture ?? "?"), \(result.tensorCount) tensors")
                if result.isUnchecked {
                    Console.say(
                        "this processor has no bfloat16 products: the file is for float32; make it on a processor with AVX512-BF16 for bfloat16"
                    )
                }
            } catch {
                throw CommandFailure(error)
            }
        }
    }
}
