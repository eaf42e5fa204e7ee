//! What people are called and what they write, in the samples. All made up.

/// First and last names in one script.
pub(super) struct Script {
    pub(super) first: &'static [&'static str],
    pub(super) last: &'static [&'static str],
    /// Whether the last name comes first, without a space.
    pub(super) joined: bool,
    /// How many of a thousand contacts are called so.
    pub(super) weight: u64,
    /// What they write, where it is not Spanish.
    pub(super) says: &'static [&'static str],
}

pub(super) static SCRIPTS: [Script; 10] = [
    Script {
        first: &[
            "María",
            "José",
            "Lucía",
            "Andrés",
            "Ana",
            "Íñigo",
            "Sofía",
            "Mateo",
            "Valentina",
            "Diego",
            "Camila",
            "Sebastián",
            "Nicolás",
            "Gabriela",
            "Joaquín",
            "Daniela",
            "Martín",
            "Paula",
            "Raúl",
            "Verónica",
            "Byron",
            "Doménica",
            "Wilson",
            "Génesis",
        ],
        last: &[
            "Quispe", "Zambrano", "Cedeño", "Muñoz", "Pérez", "García", "Núñez", "Guamán", "Chiluisa", "Loor",
            "Macías", "Espín", "Sánchez", "Toapanta", "Vélez", "Yépez", "Ibáñez", "Ocaña", "Ruiz", "Álvarez",
        ],
        joined: false,
        weight: 800,
        says: &[],
    },
    Script {
        first: &["João", "Luísa", "Inês", "Antônio", "Tainá"],
        last: &["Gonçalves", "Araújo", "Conceição", "Magalhães"],
        joined: false,
        weight: 50,
        says: &["Olá, vocês entregam em Manaus?", "Obrigada! Até amanhã 👋", "Qual é o preço, por favor?"],
    },
    Script {
        first: &["Chloé", "Zoë", "Søren", "Łukasz", "O'Brien", "Jean-Noël"],
        last: &["Dupré", "Müller", "Nowak", "Ångström", "D’Angelo"],
        joined: false,
        weight: 40,
        says: &["Hi! Do you ship to Cuenca?", "Thanks, that worked.", "Merci, à bientôt"],
    },
    Script {
        first: &["Олена", "Дмитро", "Юлія"],
        last: &["Шевченко", "Ковальчук"],
        joined: false,
        weight: 20,
        says: &["Добрий день! Чи є доставка?", "Дякую"],
    },
    Script {
        first: &["雷", "伟", "秀英"],
        last: &["李", "王", "张"],
        joined: true,
        weight: 30,
        says: &["你好，这个多少钱？", "谢谢！"],
    },
    Script {
        first: &["さくら", "翔太"],
        last: &["佐藤", "高橋"],
        joined: true,
        weight: 15,
        says: &["こんにちは、在庫はありますか？", "ありがとうございます"],
    },
    Script {
        first: &["محمد", "فاطمة", "ليلى"],
        last: &["الخطيب", "حداد"],
        joined: false,
        weight: 20,
        says: &["مرحبا، هل المحل مفتوح اليوم؟", "شكرا جزيلا"],
    },
    Script {
        first: &["נועה", "דוד"],
        last: &["כהן", "לוי"],
        joined: false,
        weight: 10,
        says: &["שלום, מתי אתם נסגרים?", "תודה רבה"],
    },
    Script {
        first: &["प्रिया", "अर्जुन"],
        last: &["शर्मा", "पटेल"],
        joined: false,
        weight: 10,
        says: &["नमस्ते, क्या यह उपलब्ध है?"],
    },
    Script {
        first: &["✨Karlita✨", "🐱 gatito_89", "el_Profe", "MAMÁ DE LUIS"],
        last: &["", "❤️", "🇪🇨"],
        joined: false,
        weight: 15,
        says: &["holaaaa 😂😂", "👍🏽", "🙏"],
    },
];

/// What contacts write; `#` stands for a number.
pub(super) static QUESTIONS: &[&str] = &[
    "Hola, buenos días",
    "¿Tienen envío a Quito?",
    "¿Cuál es el precio?",
    "Quiero hacer un pedido",
    "Mi pedido # no ha llegado todavía",
    "¿Aceptan tarjeta, transferencia o solo efectivo?",
    "Me llegó la talla equivocada :( ¿puedo cambiarla?",
    "Ya hice la transferencia, adjunto el comprobante",
    "gracias!",
    "Ok, perfecto 👍",
    "¿A qué hora abren mañana?",
    "Me dijeron \"en 24 horas\", y ya van tres días",
    "La dirección es:\nAv. 9 de Octubre 1911\nPiso 3, oficina 302",
    "Necesito factura con RUC; ¿es posible?",
    "=2+3 cajas, por favor",
    "¿Siguen con la promoción 2x1?",
    "No",
    "Sí, de acuerdo",
    "Llámame cuando puedas",
    "Excelente servicio, muchas gracias por la ayuda 🙌",
];

/// What users answer; `#` stands for a number.
pub(super) static ANSWERS: &[&str] = &[
    "¡Hola! ¿En qué te puedo ayudar?",
    "Claro que sí, enviamos a todo el país",
    "El precio es de $#, IVA incluido",
    "Tu pedido # sale hoy en la tarde 🚚",
    "Permíteme un momento, lo reviso con bodega",
    "Aceptamos tarjeta, transferencia y efectivo",
    "Lamentamos el inconveniente; mañana te lo cambiamos",
    "¿Me confirmas tu dirección, por favor?",
    "Listo, quedó registrado con el número #",
    "Atendemos de lunes a sábado, de 9:00 a 19:00",
    "Gracias a ti, ¡que tengas un lindo día!",
    "Te paso con mi compañera de \"Soporte\"",
];

/// What automations answer at once.
pub(super) static GREETINGS: &[&str] = &[
    "¡Hola! Gracias por escribirnos. Enseguida te atendemos.",
    "Bienvenido 👋 Elige una opción:\n1. Ventas\n2. Soporte\n3. Estado de mi pedido",
    "Soy el asistente virtual. ¿Me dices tu número de pedido?",
    "Estamos fuera de horario; te escribimos mañana a primera hora.",
];

/// What other systems announce; `#` stands for a number.
pub(super) static NOTICES: &[&str] = &[
    "Tu pedido # fue confirmado",
    "Tu factura # está lista",
    "Tu cita es mañana a las 10:00. Responde SÍ para confirmar",
    "Tu código de verificación es #",
    "Tu pago de $# vence mañana",
];

/// Templates of notices and follow-ups.
pub(super) static TEMPLATES: &[&str] = &[
    "confirmacion_pedido_v2",
    "factura_lista",
    "recordatorio_cita_24h",
    "codigo_verificacion",
    "recordatorio_pago",
    "seguimiento_cotizacion",
    "reactivar_conversacion_es",
];

/// Broadcasts: name, template, text.
pub(super) static CAMPAIGNS: &[(&str, &str, &str)] = &[
    ("Bienvenida de temporada", "promo_bienvenida_es", "¡Ya llegó la nueva temporada! 20 % en tu primera compra"),
    ("Día de la Madre", "promo_dia_de_la_madre_2026", "Mamá se lo merece: envío gratis hasta el domingo 💐"),
    ("Liquidación, última semana", "liquidacion_ultima_semana", "Última semana: hasta 50 % en seleccionados"),
    ("Encuesta de satisfacción", "encuesta_satisfaccion", "¿Cómo te atendimos? Responde del 1 al 5"),
    ("Cobranzas: vencidos", "aviso_cuota_vencida", "Tienes una cuota vencida. Evita recargos pagando hoy"),
    ("Feriado: horarios", "aviso_horario_feriado", "Este feriado atendemos de 10:00 a 14:00"),
    ("Nuevo local en Manta", "apertura_local_manta", "¡Abrimos en Manta! Te esperamos con sorpresas 🎉"),
];

/// Message tags of Facebook: today's four, and one of the old ones.
pub(super) static TAGS: &[&str] =
    &["CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE", "HUMAN_AGENT", "PAIRING_UPDATE"];

/// Failures: code and text.
pub(super) type Failure = (&'static str, &'static str);

pub(super) static WHATSAPP_FAILURES: &[Failure] = &[
    ("131026", "Message undeliverable"),
    ("131047", "Re-engagement message"),
    ("131049", "This message was not delivered to maintain healthy ecosystem engagement."),
    ("130472", "User's number is part of an experiment"),
    ("131050", "User has stopped marketing messages"),
];
pub(super) static SMS_FAILURES: &[Failure] = &[
    ("30003", "Unreachable destination handset"),
    ("30005", "Unknown destination handset"),
    ("30007", "Message filtered"),
];
pub(super) static EMAIL_FAILURES: &[Failure] =
    &[("550", "5.1.1 The email account that you tried to reach does not exist"), ("552", "5.2.2 Mailbox full")];
pub(super) static FACEBOOK_FAILURES: &[Failure] = &[
    ("551", "This person isn't available right now."),
    ("10", "(#10) This message is sent outside of allowed window."),
];
pub(super) static OTHER_FAILURES: &[Failure] = &[("403", "Forbidden: bot was blocked by the user")];

/// A text with its `#` replaced.
pub(super) fn filled(text: &str, number: u32) -> String {
    if text.contains('#') { text.replace('#', &number.to_string()) } else { text.to_owned() }
}
