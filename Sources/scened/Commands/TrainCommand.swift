import ArgumentParser

/// `scened train`: networks on the films of one's own.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network that finds scene boundaries on your own films.",
        discussion: """
            Start with:  scened train finetune archive/ --labels labels/ --output mine.safetensors
            Then:        scened segment film.mp4 --model mine.safetensors

            For an alarm when something new is on:  scened train contextualizer archive/ --output usual.safetensors
            To encode motion:  scened train encoder archive/ --from resnet50.safetensors --output motion.safetensors

            To find similar scenes:  scened train scenes archive/ --similar pairs.csv --output scenes.safetensors
            """,
        subcommands: [
            Finetune.self, Pretrain.self, ContextualizerCommand.self, Scenes.self, Encoder.self,
        ])
}
