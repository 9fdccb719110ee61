"""A Stable Diffusion pipeline of random weights, small enough to be built in a test, and a LoRA file for it."""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer


def a_tiny_pipeline(folder: Path) -> Path:
    """Builds it and saves it into the folder."""
    torch.manual_seed(0)
    pipe = StableDiffusionPipeline(
        unet=_unet(),
        vae=AutoencoderKL(
            block_out_channels=[32, 64],
            in_channels=3,
            out_channels=3,
            down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D"],
            up_block_types=["UpDecoderBlock2D", "UpDecoderBlock2D"],
            latent_channels=4,
        ),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                hidden_size=32,
                intermediate_size=37,
                num_attention_heads=4,
                num_hidden_layers=2,
                vocab_size=514,
                bos_token_id=512,
                eos_token_id=513,
                pad_token_id=513,
            )
        ),
        tokenizer=_tokenizer(folder.parent / "words"),
        scheduler=DDIMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def a_tiny_lora(file: Path) -> Path:
    """Random weights beside the attention of the picture's model."""
    torch.manual_seed(1)
    unet = _unet()
    unet.add_adapter(LoraConfig(r=4, lora_alpha=4, init_lora_weights=False, target_modules=["to_k", "to_q", "to_v"]))
    layers = get_peft_model_state_dict(unet)
    StableDiffusionPipeline.save_lora_weights(
        file.parent, unet_lora_layers=layers, weight_name=file.name, safe_serialization=True
    )
    return file


def _unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
    )


def _tokenizer(folder: Path) -> CLIPTokenizer:
    """Knows single bytes alone."""
    folder.mkdir(parents=True)
    signs = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(one) for one in signs] + [chr(256 + number) for number in range(256 - len(signs))]
    words = [*letters, *(f"{one}</w>" for one in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
