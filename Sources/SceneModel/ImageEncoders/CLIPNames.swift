/// How a family of files names CLIP's tensors.
struct CLIPNames {
    let isOpenAI: Bool
    private let prefix: String
    /// [D, E] with OpenAI, [E, D] with Hugging Face, where it stands beside the network.
    let projection: String

    /// Of the image side.
    init(_ reader: ImageTensorReader<some TensorSource>) {
        let hugging = reader.prefix(
            of: "embeddings.patch_embedding.weight", among: ["vision_model.", "clip.vision_model."])
        isOpenAI = !reader.has(hugging + "embeddings.patch_embedding.weight")
        prefix =
            isOpenAI ? reader.prefix(of: "conv1.weight", among: ["clip.visual.", "visual."]) : hugging
        projection =
            isOpenAI
            ? prefix + "proj" : String(prefix.dropLast("vision_model.".count)) + "visual_projection.weight"
    }

    /// Of the text side, as a model file has it.
    init(text reader: ImageTensorReader<some TensorSource>) {
        let hugging = TextEncoderKey.prefix + "text_model."
        isOpenAI = !reader.has(hugging + "embeddings.token_embedding.weight")
        prefix = isOpenAI ? TextEncoderKey.prefix : hugging
        projection = TextEncoderKey.prefix + (isOpenAI ? "text_projection" : "text_projection.weight")
    }

    // The text side.
    var pieces: String {
        prefix + (isOpenAI ? "token_embedding.weight" : "embeddings.token_embedding.weight")
    }
    var finalNorm: String { prefix + (isOpenAI ? "ln_final" : "final_layer_norm") }
    // Both sides, and the image side.

    var patches: String { prefix + (isOpenAI ? "conv1.weight" : "embeddings.patch_embedding.weight") }
    var classToken: String { prefix + (isOpenAI ? "class_embedding" : "embeddings.class_embedding") }
    var positions: String {
        prefix + (isOpenAI ? "positional_embedding" : "embeddings.position_embedding.weight")
    }
    var inputNorm: String { prefix + (isOpenAI ? "ln_pre" : "pre_layrnorm") }
    var outputNorm: String { prefix + (isOpenAI ? "ln_post" : "post_layernorm") }
    func layer(_ index: Int) -> String {
        prefix + (isOpenAI ? "transformer.resblocks.\(index)." : "encoder.layers.\(index).")
    }
    // Within a layer.
    var attentionNorm: String { isOpenAI ? "ln_1" : "layer_norm1" }
    var attention: String { isOpenAI ? "attn.in_proj" : "self_attn.qkv_proj" }
    var attentionOutput: String { isOpenAI ? "attn.out_proj" : "self_attn.out_proj" }
    var innerNorm: String { isOpenAI ? "ln_2" : "layer_norm2" }
    var inner: String { isOpenAI ? "mlp.c_fc" : "mlp.fc1" }
    var output: String { isOpenAI ? "mlp.c_proj" : "mlp.fc2" }
}
