/** Modules whose package has another name; the first one is what to ask for. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  Bio: ['biopython'],
  Crypto: ['pycryptodome'],
  Levenshtein: ['levenshtein', 'python-levenshtein'],
  MySQLdb: ['mysqlclient'],
  OpenSSL: ['pyopenssl'],
  PIL: ['pillow', 'pillow-simd'],
  attr: ['attrs'],
  bs4: ['beautifulsoup4'],
  cairo: ['pycairo'],
  clip: ['openai-clip', 'clip-anytorch'],
  cv2: ['opencv-python-headless', 'opencv-python', 'opencv-contrib-python', 'opencv-contrib-python-headless'],
  dateutil: ['python-dateutil'],
  docx: ['python-docx'],
  dotenv: ['python-dotenv'],
  faiss: ['faiss-cpu', 'faiss-gpu'],
  fitz: ['pymupdf'],
  git: ['gitpython'],
  google: ['protobuf', 'google'],
  grpc: ['grpcio'],
  jose: ['python-jose'],
  jwt: ['pyjwt'],
  kornia_rs: ['kornia-rs'],
  llama_cpp: ['llama-cpp-python'],
  magic: ['python-magic'],
  mpl_toolkits: ['matplotlib'],
  multipart: ['python-multipart'],
  OpenGL: ['pyopengl'],
  pkg_resources: ['setuptools'],
  pptx: ['python-pptx'],
  psycopg2: ['psycopg2-binary', 'psycopg2'],
  pylab: ['matplotlib'],
  pytorch_lightning: ['pytorch-lightning', 'lightning'],
  sentence_transformers: ['sentence-transformers'],
  serial: ['pyserial'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn', 'scikit-learn-intelex'],
  slugify: ['python-slugify'],
  tensorflow: ['tensorflow', 'tensorflow-cpu', 'tensorflow-gpu', 'tensorflow-macos', 'tf-nightly'],
  whisper: ['openai-whisper'],
  wx: ['wxpython'],
  yaml: ['pyyaml', 'ruamel-yaml'],
  zmq: ['pyzmq'],
};

/** Modules that come with packages that need them: a import of these is no cause for a warning. */
const BROUGHT: Readonly<Record<string, RegExp>> = {
  filelock: /^(?:torch|transformers|huggingface-hub|diffusers)$/,
  huggingface_hub: /^(?:transformers|diffusers|accelerate|datasets|sentence-transformers|timm|tokenizers)$/,
  numpy:
    /^(?:accelerate|catboost|datasets|diffusers|faiss-.*|gensim|jax|keras|lightgbm|matplotlib|numba|onnx|onnxruntime(?:-.*)?|opencv-.*|pandas|pyarrow|rapidocr-.*|scikit-.*|scipy|sentence-transformers|spacy|statsmodels|tensorflow(?:-.*)?|torchvision|transformers|vllm|xgboost)$/,
  pandas: /^(?:datasets|seaborn|statsmodels)$/,
  PIL: /^(?:diffusers|matplotlib|rapidocr-.*|scikit-image|sentence-transformers|torchvision)$/,
  requests: /^(?:datasets|diffusers|huggingface-hub|transformers|spacy|tiktoken)$/,
  safetensors: /^(?:accelerate|diffusers|timm|transformers)$/,
  scipy: /^(?:gensim|lightgbm|scikit-.*|sentence-transformers|statsmodels|xgboost)$/,
  sklearn: /^(?:catboost|imbalanced-learn|sentence-transformers)$/,
  tokenizers: /^transformers$/,
  torch:
    /^(?:accelerate|easyocr|fastai|openai-whisper|peft|pytorch-lightning|lightning|sentence-transformers|silero-vad|timm|torchaudio|torchvision|ultralytics|vllm)$/,
  torchvision: /^(?:easyocr|fastai|timm|ultralytics)$/,
  tqdm: /^(?:datasets|huggingface-hub|openai|spacy|transformers)$/,
  transformers: /^(?:peft|sentence-transformers|vllm)$/,
  yaml: /^(?:accelerate|datasets|huggingface-hub|transformers)$/,
};

/** The package to ask for, for a module. */
export function packageFor(module: string): string {
  const [first] = Object.hasOwn(PACKAGES, module) ? (PACKAGES[module] ?? []) : [];
  return first ?? module.toLowerCase().replace(/_+/g, '-');
}

/**
 * Whether one of some packages plausibly brings a module.
 * @param packages normalised names
 */
export function mayProvide(packages: ReadonlySet<string>, module: string): boolean {
  const known = Object.hasOwn(PACKAGES, module) ? (PACKAGES[module] ?? []) : [];
  if (known.some((name) => packages.has(name))) return true;
  const plain = module.toLowerCase().replace(/[_.-]+/g, '-');
  const brought = Object.hasOwn(BROUGHT, module) ? BROUGHT[module] : undefined;
  return [...packages].some(
    (name) =>
      name === plain ||
      // `onnxruntime-gpu`, `google-cloud-storage`, `python-box`, `pyserial`
      name.startsWith(`${plain}-`) ||
      name.replace(/^(?:python-|py)/, '') === plain ||
      name.replace(/-(?:python|py|binary)$/, '') === plain ||
      brought?.test(name) === true,
  );
}
