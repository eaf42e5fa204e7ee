//! The words of every key in English, Spanish, French and Portuguese (P13).

use super::Locale;

/// The word of a key (`group.key`) in a language; `None` where the key has no words of its own.
///
/// # Example
/// ```
/// use omnicontact::{Locale, word};
/// assert_eq!(word("source.workflow", Locale::Es), Some("Flujo de trabajo"));
/// assert_eq!(word("status.read", Locale::Pt), Some("Lida"));
/// assert_eq!(word("source.my_own", Locale::En), None);
/// ```
pub fn word(key: &str, locale: Locale) -> Option<&'static str> {
    let row = WORDS.binary_search_by(|(candidate, _)| (*candidate).cmp(key)).ok()?;
    Some(WORDS[row].1[locale as usize])
}

/// Every key with its words in the order en, es, fr, pt; sorted by key.
pub static WORDS: &[(&str, [&str; 4])] = &[
    (
        "about.added_by_source",
        [
            "New contacts of the period, by how they entered.",
            "Contactos nuevos del período, según cómo entraron.",
            "Nouveaux contacts de la période, selon leur provenance.",
            "Contatos novos do período, conforme a origem.",
        ],
    ),
    (
        "about.added_log",
        [
            "Each contact that was added, newest first.",
            "Cada contacto agregado, el más reciente primero.",
            "Chaque contact ajouté, le plus récent d’abord.",
            "Cada contato adicionado, o mais recente primeiro.",
        ],
    ),
    (
        "about.connected_by_channel",
        [
            "First contact on a channel: an incoming message, or an outgoing one that the provider accepted. One contact counts once on each channel.",
            "Primera conexión en un canal: un mensaje entrante, o uno saliente que el proveedor aceptó. Un contacto cuenta una vez por canal.",
            "Première connexion sur un canal : un message entrant, ou un message sortant accepté par le fournisseur. Un contact compte une fois par canal.",
            "Primeira conexão em um canal: uma mensagem recebida, ou uma enviada que o provedor aceitou. Um contato conta uma vez por canal.",
        ],
    ),
    (
        "about.connected_log",
        [
            "Each first connection of a contact on a channel, newest first.",
            "Cada primera conexión de un contacto en un canal, la más reciente primero.",
            "Chaque première connexion d’un contact sur un canal, la plus récente d’abord.",
            "Cada primeira conexão de um contato em um canal, a mais recente primeiro.",
        ],
    ),
    (
        "about.deleted_log",
        [
            "Each contact that was deleted, under its name at that moment.",
            "Cada contacto eliminado, con el nombre que tenía en ese momento.",
            "Chaque contact supprimé, sous le nom qu’il portait alors.",
            "Cada contato excluído, com o nome que tinha naquele momento.",
        ],
    ),
    (
        "about.delivery",
        [
            "The present status of each outgoing message of the period; each message has one.",
            "El estado actual de cada mensaje saliente del período; cada mensaje tiene uno solo.",
            "Le statut actuel de chaque message sortant de la période ; chaque message n’en a qu’un.",
            "O status atual de cada mensagem enviada no período; cada mensagem tem um só.",
        ],
    ),
    (
        "about.failed_log",
        [
            "Each message that failed in the period, by the time of its failure.",
            "Cada mensaje que falló en el período, según la hora del fallo.",
            "Chaque message qui a échoué pendant la période, à l’heure de l’échec.",
            "Cada mensagem que falhou no período, pela hora da falha.",
        ],
    ),
    (
        "about.incoming_by_channel",
        [
            "Messages that contacts wrote in the period, by channel.",
            "Mensajes que los contactos escribieron en el período, por canal.",
            "Messages écrits par les contacts pendant la période, par canal.",
            "Mensagens que os contatos escreveram no período, por canal.",
        ],
    ),
    (
        "about.incoming_log",
        [
            "Each message that a contact wrote, newest first.",
            "Cada mensaje que escribió un contacto, el más reciente primero.",
            "Chaque message écrit par un contact, le plus récent d’abord.",
            "Cada mensagem que um contato escreveu, a mais recente primeiro.",
        ],
    ),
    (
        "about.merged_log",
        [
            "Each merge, with the primary contact under its name at that moment.",
            "Cada fusión, con el contacto principal y el nombre que tenía en ese momento.",
            "Chaque fusion, avec le contact principal sous le nom qu’il portait alors.",
            "Cada mesclagem, com o contato principal e o nome que tinha naquele momento.",
        ],
    ),
    (
        "about.outgoing_by_channel",
        [
            "Messages that the provider accepted at least once, by channel.",
            "Mensajes que el proveedor aceptó al menos una vez, por canal.",
            "Messages que le fournisseur a acceptés au moins une fois, par canal.",
            "Mensagens que o provedor aceitou ao menos uma vez, por canal.",
        ],
    ),
    (
        "about.outgoing_by_source",
        [
            "Outgoing messages by who or what sent them.",
            "Mensajes salientes según quién o qué los envió.",
            "Messages sortants selon qui ou ce qui les a envoyés.",
            "Mensagens enviadas conforme quem ou o que as enviou.",
        ],
    ),
    (
        "about.outgoing_by_subtype",
        [
            "Outgoing messages that have a template or a tag, by its name. Shares are of these messages only.",
            "Mensajes salientes con plantilla o etiqueta, por su nombre. Los porcentajes son solo de estos mensajes.",
            "Messages sortants avec un modèle ou une balise, par leur nom. Les parts ne portent que sur ces messages.",
            "Mensagens enviadas com modelo ou etiqueta, pelo nome. As porcentagens são só destas mensagens.",
        ],
    ),
    (
        "about.outgoing_by_type",
        [
            "Outgoing messages by kind: regular messages, WhatsApp templates, Facebook message tags.",
            "Mensajes salientes por clase: mensajes de sesión, plantillas de WhatsApp, etiquetas de mensaje de Facebook.",
            "Messages sortants par nature : messages de session, modèles WhatsApp, balises de message Facebook.",
            "Mensagens enviadas por classe: mensagens de sessão, modelos do WhatsApp, etiquetas de mensagem do Facebook.",
        ],
    ),
    (
        "about.outgoing_log",
        [
            "Each message that the provider accepted, newest first.",
            "Cada mensaje que el proveedor aceptó, el más reciente primero.",
            "Chaque message accepté par le fournisseur, le plus récent d’abord.",
            "Cada mensagem que o provedor aceitou, a mais recente primeiro.",
        ],
    ),
    (
        "about.overview",
        [
            "How many contacts were added, deleted and merged in the period; what happens to them later does not change these numbers.",
            "Cuántos contactos se agregaron, eliminaron y fusionaron en el período; lo que pase después no cambia estos números.",
            "Combien de contacts ont été ajoutés, supprimés et fusionnés pendant la période ; la suite ne change pas ces nombres.",
            "Quantos contatos foram adicionados, excluídos e mesclados no período; o que acontecer depois não muda estes números.",
        ],
    ),
    ("by.day", ["By day", "Por día", "Par jour", "Por dia"]),
    ("by.hour", ["By hour", "Por hora", "Par heure", "Por hora"]),
    ("by.month", ["By month", "Por mes", "Par mois", "Por mês"]),
    ("by.quarter", ["By quarter", "Por trimestre", "Par trimestre", "Por trimestre"]),
    ("by.week", ["By week", "Por semana", "Par semaine", "Por semana"]),
    ("by.year", ["By year", "Por año", "Par année", "Por ano"]),
    ("column.channel", ["Channel", "Canal", "Canal", "Canal"]),
    ("column.contact_id", ["Contact ID", "ID del contacto", "ID du contact", "ID do contato"]),
    ("column.contact_name", ["Contact name", "Nombre del contacto", "Nom du contact", "Nome do contato"]),
    ("column.content", ["Content", "Contenido", "Contenu", "Conteúdo"]),
    ("column.delivered_at", ["Delivered at", "Entregado el", "Livré le", "Entregue em"]),
    ("column.error", ["Error", "Error", "Erreur", "Erro"]),
    (
        "column.primary_contact_id",
        ["Primary contact ID", "ID del contacto principal", "ID du contact principal", "ID do contato principal"],
    ),
    ("column.read_at", ["Read at", "Leído el", "Lu le", "Lida em"]),
    ("column.source", ["Source", "Fuente", "Source", "Origem"]),
    ("column.subtype", ["Subtype", "Subtipo", "Sous-type", "Subtipo"]),
    ("column.timestamp", ["Timestamp", "Fecha y hora", "Horodatage", "Data e hora"]),
    ("column.type", ["Type", "Tipo", "Type", "Tipo"]),
    ("column.user", ["User", "Usuario", "Utilisateur", "Usuário"]),
    (
        "component.added_by_source",
        [
            "Contacts added by source",
            "Contactos agregados por fuente",
            "Contacts ajoutés par source",
            "Contatos adicionados por origem",
        ],
    ),
    (
        "component.added_log",
        [
            "Contacts added log",
            "Registro de contactos agregados",
            "Journal des contacts ajoutés",
            "Registro de contatos adicionados",
        ],
    ),
    (
        "component.connected_by_channel",
        [
            "Contacts connected by channel",
            "Contactos conectados por canal",
            "Contacts connectés par canal",
            "Contatos conectados por canal",
        ],
    ),
    (
        "component.connected_log",
        [
            "Contacts connected log",
            "Registro de contactos conectados",
            "Journal des contacts connectés",
            "Registro de contatos conectados",
        ],
    ),
    (
        "component.deleted_log",
        [
            "Contacts deleted log",
            "Registro de contactos eliminados",
            "Journal des contacts supprimés",
            "Registro de contatos excluídos",
        ],
    ),
    (
        "component.delivery",
        [
            "Outgoing messages delivery",
            "Entrega de mensajes salientes",
            "Livraison des messages sortants",
            "Entrega de mensagens enviadas",
        ],
    ),
    (
        "component.failed_log",
        [
            "Failed messages log",
            "Registro de mensajes fallidos",
            "Journal des messages échoués",
            "Registro de mensagens com falha",
        ],
    ),
    (
        "component.incoming_by_channel",
        [
            "Incoming messages by channel",
            "Mensajes entrantes por canal",
            "Messages entrants par canal",
            "Mensagens recebidas por canal",
        ],
    ),
    (
        "component.incoming_log",
        [
            "Incoming messages list",
            "Lista de mensajes entrantes",
            "Liste des messages entrants",
            "Lista de mensagens recebidas",
        ],
    ),
    (
        "component.merged_log",
        [
            "Contacts merged log",
            "Registro de contactos fusionados",
            "Journal des contacts fusionnés",
            "Registro de contatos mesclados",
        ],
    ),
    (
        "component.outgoing_by_channel",
        [
            "Outgoing messages by channel",
            "Mensajes salientes por canal",
            "Messages sortants par canal",
            "Mensagens enviadas por canal",
        ],
    ),
    (
        "component.outgoing_by_source",
        [
            "Outgoing messages by source",
            "Mensajes salientes por fuente",
            "Messages sortants par source",
            "Mensagens enviadas por origem",
        ],
    ),
    (
        "component.outgoing_by_subtype",
        [
            "Outgoing messages by subtype",
            "Mensajes salientes por subtipo",
            "Messages sortants par sous-type",
            "Mensagens enviadas por subtipo",
        ],
    ),
    (
        "component.outgoing_by_type",
        [
            "Outgoing messages by type",
            "Mensajes salientes por tipo",
            "Messages sortants par type",
            "Mensagens enviadas por tipo",
        ],
    ),
    (
        "component.outgoing_log",
        [
            "Outgoing messages list",
            "Lista de mensajes salientes",
            "Liste des messages sortants",
            "Lista de mensagens enviadas",
        ],
    ),
    (
        "component.overview",
        ["Contacts overview", "Vista general de contactos", "Aperçu des contacts", "Visão geral de contatos"],
    ),
    ("contact_field.assigned_team", ["Assigned team", "Equipo asignado", "Équipe attribuée", "Equipe atribuída"]),
    ("contact_field.assigned_user", ["Assigned user", "Usuario asignado", "Utilisateur attribué", "Usuário atribuído"]),
    ("contact_field.assignee", ["Assignee", "Asignado a", "Attribué à", "Atribuído a"]),
    ("contact_field.blocked", ["Blocked", "Bloqueado", "Bloqué", "Bloqueado"]),
    ("contact_field.channel_kinds", ["Kinds of channels", "Tipos de canal", "Types de canal", "Tipos de canal"]),
    ("contact_field.channels", ["Channels", "Canales", "Canaux", "Canais"]),
    (
        "contact_field.close_reason",
        ["Reason of closing", "Motivo de cierre", "Motif de fermeture", "Motivo do encerramento"],
    ),
    ("contact_field.company", ["Company", "Empresa", "Entreprise", "Empresa"]),
    (
        "contact_field.connected_channels",
        ["Connected channels", "Canales conectados", "Canaux connectés", "Canais conectados"],
    ),
    (
        "contact_field.conversation_closed_at",
        ["Conversation closed at", "Conversación cerrada el", "Conversation fermée le", "Conversa encerrada em"],
    ),
    (
        "contact_field.conversation_opened_at",
        ["Conversation opened at", "Conversación abierta el", "Conversation ouverte le", "Conversa aberta em"],
    ),
    ("contact_field.conversation_status", ["Conversation", "Conversación", "Conversation", "Conversa"]),
    ("contact_field.country", ["Country", "País", "Pays", "País"]),
    ("contact_field.created_at", ["Created at", "Creado el", "Créé le", "Criado em"]),
    ("contact_field.department", ["Department", "Departamento", "Département", "Departamento"]),
    ("contact_field.emails", ["E-mails", "Correos", "E-mails", "E-mails"]),
    ("contact_field.first_name", ["First name", "Primer nombre", "Prénom", "Primeiro nome"]),
    (
        "contact_field.foreign_keys",
        ["IDs in other systems", "IDs en otros sistemas", "IDs dans d'autres systèmes", "IDs em outros sistemas"],
    ),
    ("contact_field.id", ["ID", "ID", "ID", "ID"]),
    ("contact_field.identities", ["Identities", "Identidades", "Identités", "Identidades"]),
    ("contact_field.language", ["Language", "Idioma", "Langue", "Idioma"]),
    ("contact_field.last_channel", ["Last channel", "Último canal", "Dernier canal", "Último canal"]),
    (
        "contact_field.last_incoming",
        ["Last incoming message", "Último mensaje entrante", "Dernier message entrant", "Última mensagem recebida"],
    ),
    (
        "contact_field.last_interaction",
        ["Last interaction", "Última interacción", "Dernière interaction", "Última interação"],
    ),
    ("contact_field.last_name", ["Last name", "Apellido", "Nom de famille", "Sobrenome"]),
    (
        "contact_field.last_outgoing",
        ["Last outgoing message", "Último mensaje saliente", "Dernier message sortant", "Última mensagem enviada"],
    ),
    (
        "contact_field.lifecycle",
        ["Lifecycle stage", "Etapa del ciclo de vida", "Étape du cycle de vie", "Etapa do ciclo de vida"],
    ),
    ("contact_field.lists", ["Lists", "Listas", "Listes", "Listas"]),
    ("contact_field.locale", ["Locale", "Configuración regional", "Paramètres régionaux", "Localidade"]),
    ("contact_field.name", ["Full name", "Nombre completo", "Nom complet", "Nome completo"]),
    ("contact_field.origin", ["Origin", "Origen", "Origine", "Origem"]),
    (
        "contact_field.origin_channel",
        ["Channel of the origin", "Canal de origen", "Canal d'origine", "Canal de origem"],
    ),
    (
        "contact_field.origin_detail",
        ["Detail of the origin", "Detalle del origen", "Détail de l'origine", "Detalhe da origem"],
    ),
    ("contact_field.origin_name", ["Name of the origin", "Nombre del origen", "Nom de l'origine", "Nome da origem"]),
    (
        "contact_field.origin_user",
        ["User of the origin", "Usuario de origen", "Utilisateur d'origine", "Usuário de origem"],
    ),
    ("contact_field.phones", ["Phones", "Teléfonos", "Téléphones", "Telefones"]),
    ("contact_field.picture", ["Picture", "Foto", "Photo", "Foto"]),
    ("contact_field.shown_name", ["Name", "Nombre", "Nom", "Nome"]),
    (
        "contact_field.since_last_incoming",
        [
            "Hours since last incoming message",
            "Horas desde el último mensaje entrante",
            "Heures depuis le dernier message entrant",
            "Horas desde a última mensagem recebida",
        ],
    ),
    ("contact_field.tags", ["Tags", "Etiquetas", "Étiquettes", "Etiquetas"]),
    (
        "contact_field.unsubscribed",
        ["Unsubscribed from", "Suscripción cancelada en", "Désabonné de", "Inscrição cancelada em"],
    ),
    ("direction.incoming", ["Incoming", "Entrante", "Entrant", "Recebida"]),
    ("direction.outgoing", ["Outgoing", "Saliente", "Sortant", "Enviada"]),
    ("event.added", ["Added", "Agregados", "Ajoutés", "Adicionados"]),
    ("event.connected", ["Connected", "Conectados", "Connectés", "Conectados"]),
    ("event.deleted", ["Deleted", "Eliminados", "Supprimés", "Excluídos"]),
    ("event.merged", ["Merged", "Fusionados", "Fusionnés", "Mesclados"]),
    ("filter.broadcast", ["Broadcast", "Transmisión", "Diffusion", "Transmissão"]),
    ("filter.channel", ["Channel", "Canal", "Canal", "Canal"]),
    ("filter.contact", ["Contact", "Contacto", "Contact", "Contato"]),
    ("filter.source", ["Source", "Fuente", "Source", "Origem"]),
    ("filter.team", ["Team", "Equipo", "Équipe", "Equipe"]),
    ("filter.type", ["Type", "Tipo", "Type", "Tipo"]),
    ("filter.user", ["User", "Usuario", "Utilisateur", "Usuário"]),
    ("granularity.auto", ["Automatic", "Automática", "Automatique", "Automática"]),
    ("granularity.day", ["Day", "Día", "Jour", "Dia"]),
    ("granularity.hour", ["Hour", "Hora", "Heure", "Hora"]),
    ("granularity.month", ["Month", "Mes", "Mois", "Mês"]),
    ("granularity.quarter", ["Quarter", "Trimestre", "Trimestre", "Trimestre"]),
    ("granularity.week", ["Week", "Semana", "Semaine", "Semana"]),
    ("granularity.year", ["Year", "Año", "Année", "Ano"]),
    ("month.01", ["Jan", "ene", "janv.", "jan."]),
    ("month.02", ["Feb", "feb", "févr.", "fev."]),
    ("month.03", ["Mar", "mar", "mars", "mar."]),
    ("month.04", ["Apr", "abr", "avr.", "abr."]),
    ("month.05", ["May", "may", "mai", "mai."]),
    ("month.06", ["Jun", "jun", "juin", "jun."]),
    ("month.07", ["Jul", "jul", "juil.", "jul."]),
    ("month.08", ["Aug", "ago", "août", "ago."]),
    ("month.09", ["Sep", "sept", "sept.", "set."]),
    ("month.10", ["Oct", "oct", "oct.", "out."]),
    ("month.11", ["Nov", "nov", "nov.", "nov."]),
    ("month.12", ["Dec", "dic", "déc.", "dez."]),
    ("period.all_time", ["All time", "Todo el tiempo", "Depuis le début", "Todo o período"]),
    ("period.custom", ["Custom", "Personalizado", "Personnalisé", "Personalizado"]),
    ("period.last_14_days", ["Last 14 days", "Últimos 14 días", "14 derniers jours", "Últimos 14 dias"]),
    ("period.last_30_days", ["Last 30 days", "Últimos 30 días", "30 derniers jours", "Últimos 30 dias"]),
    ("period.last_7_days", ["Last 7 days", "Últimos 7 días", "7 derniers jours", "Últimos 7 dias"]),
    ("period.last_month", ["Last month", "El mes pasado", "Le mois dernier", "Mês passado"]),
    ("period.last_quarter", ["Last quarter", "El trimestre pasado", "Le trimestre dernier", "Trimestre passado"]),
    ("period.last_week", ["Last week", "La semana pasada", "La semaine dernière", "Semana passada"]),
    ("period.last_year", ["Last year", "El año pasado", "L’année dernière", "Ano passado"]),
    ("period.this_month", ["This month", "Este mes", "Ce mois-ci", "Este mês"]),
    ("period.this_quarter", ["This quarter", "Este trimestre", "Ce trimestre", "Este trimestre"]),
    ("period.this_week", ["This week", "Esta semana", "Cette semaine", "Esta semana"]),
    ("period.this_year", ["This year", "Este año", "Cette année", "Este ano"]),
    ("period.today", ["Today", "Hoy", "Aujourd’hui", "Hoje"]),
    ("period.yesterday", ["Yesterday", "Ayer", "Hier", "Ontem"]),
    (
        "policy.added_has_channel",
        [
            "The channel filter applies to added contacts",
            "El filtro de canal se aplica a los contactos agregados",
            "Le filtre de canal s’applique aux contacts ajoutés",
            "O filtro de canal se aplica aos contatos adicionados",
        ],
    ),
    (
        "policy.count_all_attempts",
        [
            "Messages that no provider accepted are counted",
            "Se cuentan los mensajes que ningún proveedor aceptó",
            "Les messages qu’aucun fournisseur n’a acceptés sont comptés",
            "As mensagens que nenhum provedor aceitou são contadas",
        ],
    ),
    ("report.contacts", ["Contacts", "Contactos", "Contacts", "Contatos"]),
    ("report.messages", ["Messages", "Mensajes", "Messages", "Mensagens"]),
    ("shown.as_of", ["Data as of", "Datos al", "Données au", "Dados até"]),
    (
        "shown.before_first_record",
        [
            "The period lies before the first record ({date}).",
            "El período es anterior al primer registro ({date}).",
            "La période précède le premier enregistrement ({date}).",
            "O período é anterior ao primeiro registro ({date}).",
        ],
    ),
    ("shown.change", ["Change", "Cambio", "Variation", "Variação"]),
    ("shown.compared_with", ["Compared with", "Comparado con", "Comparé à", "Comparado com"]),
    ("shown.contacts", ["Contacts", "Contactos", "Contacts", "Contatos"]),
    (
        "shown.contacts_report",
        ["Contacts report", "Reporte de contactos", "Rapport sur les contacts", "Relatório de contatos"],
    ),
    ("shown.contents", ["Contents", "Contenido", "Sommaire", "Conteúdo"]),
    ("shown.count", ["Count", "Cantidad", "Nombre", "Quantidade"]),
    (
        "shown.database",
        ["database {version}", "base de datos {version}", "base de données {version}", "base de dados {version}"],
    ),
    ("shown.database_host", ["rules of the host", "reglas propias", "règles propres", "regras próprias"]),
    ("shown.failures", ["Failures by error", "Fallos por error", "Échecs par erreur", "Falhas por erro"]),
    ("shown.filters", ["Filters", "Filtros", "Filtres", "Filtros"]),
    ("shown.funnel", ["Delivery funnel", "Embudo de entrega", "Entonnoir de livraison", "Funil de entrega"]),
    ("shown.incoming", ["Incoming messages", "Mensajes entrantes", "Messages entrants", "Mensagens recebidas"]),
    (
        "shown.left_out",
        [
            "Columns left out for lack of room",
            "Columnas omitidas por falta de espacio",
            "Colonnes omises faute de place",
            "Colunas omitidas por falta de espaço",
        ],
    ),
    (
        "shown.messages_report",
        ["Messages report", "Reporte de mensajes", "Rapport sur les messages", "Relatório de mensagens"],
    ),
    ("shown.no", ["No", "No", "Non", "Não"]),
    (
        "shown.no_data",
        [
            "No data for the selected filters.",
            "No hay datos para los filtros seleccionados.",
            "Aucune donnée pour les filtres sélectionnés.",
            "Sem dados para os filtros selecionados.",
        ],
    ),
    ("shown.no_error", ["No error text", "Sin texto de error", "Sans texte d’erreur", "Sem texto de erro"]),
    ("shown.no_text", ["no text", "sin texto", "sans texte", "sem texto"]),
    ("shown.none", ["None", "Ninguno", "Aucun", "Nenhum"]),
    (
        "shown.not_applicable",
        [
            "These filters do not apply here: {filters}.",
            "Estos filtros no se aplican aquí: {filters}.",
            "Ces filtres ne s’appliquent pas ici : {filters}.",
            "Estes filtros não se aplicam aqui: {filters}.",
        ],
    ),
    (
        "shown.not_supported",
        [
            "Not supported by the channel",
            "No compatible con el canal",
            "Non pris en charge par le canal",
            "Não suportado pelo canal",
        ],
    ),
    (
        "shown.not_supported_delivered",
        [
            "Messages on channels that do not report delivery: {count}.",
            "Mensajes en canales que no informan la entrega: {count}.",
            "Messages sur des canaux qui ne signalent pas la livraison : {count}.",
            "Mensagens em canais que não informam a entrega: {count}.",
        ],
    ),
    (
        "shown.not_supported_read",
        [
            "Messages on channels that do not report reading: {count}.",
            "Mensajes en canales que no informan la lectura: {count}.",
            "Messages sur des canaux qui ne signalent pas la lecture : {count}.",
            "Mensagens em canais que não informam a leitura: {count}.",
        ],
    ),
    (
        "shown.note_log_limit",
        [
            "A log shows its {limit} newest rows at most; numbers and charts count all of them. Files hold all rows.",
            "Un registro muestra como máximo sus {limit} filas más recientes; los números y gráficos las cuentan todas. Los archivos tienen todas las filas.",
            "Un journal affiche au plus ses {limit} lignes les plus récentes ; les nombres et graphiques les comptent toutes. Les fichiers contiennent toutes les lignes.",
            "Um registro mostra no máximo as suas {limit} linhas mais recentes; números e gráficos contam todas. Os arquivos têm todas as linhas.",
        ],
    ),
    (
        "shown.note_status_window",
        [
            "Updates of a status count for 30 days after the message; later ones are ignored.",
            "Las actualizaciones de estado cuentan hasta 30 días después del mensaje; las posteriores se ignoran.",
            "Les mises à jour de statut comptent pendant 30 jours après le message ; les suivantes sont ignorées.",
            "As atualizações de status contam por 30 dias após a mensagem; as posteriores são ignoradas.",
        ],
    ),
    (
        "shown.of_sent",
        ["{percent} of sent", "{percent} de los enviados", "{percent} des envoyés", "{percent} das enviadas"],
    ),
    ("shown.of_total", ["{percent} of all", "{percent} del total", "{percent} du total", "{percent} do total"]),
    ("shown.others", ["Others ({count})", "Otros ({count})", "Autres ({count})", "Outros ({count})"]),
    ("shown.outgoing", ["Outgoing messages", "Mensajes salientes", "Messages sortants", "Mensagens enviadas"]),
    (
        "shown.page_of",
        ["Page {page} of {pages}", "Página {page} de {pages}", "Page {page} sur {pages}", "Página {page} de {pages}"],
    ),
    ("shown.peak", ["Peak", "Máximo", "Maximum", "Máximo"]),
    ("shown.period", ["Period", "Período", "Période", "Período"]),
    ("shown.previous", ["Previous period", "Período anterior", "Période précédente", "Período anterior"]),
    (
        "shown.report",
        [
            "Contacts and messages report",
            "Reporte de contactos y mensajes",
            "Rapport sur les contacts et les messages",
            "Relatório de contatos e mensagens",
        ],
    ),
    (
        "shown.rows_of",
        [
            "{shown} of {total} rows",
            "{shown} de {total} filas",
            "{shown} lignes sur {total}",
            "{shown} de {total} linhas",
        ],
    ),
    (
        "shown.rules_version",
        [
            "Counting rules, version {version}",
            "Reglas de conteo, versión {version}",
            "Règles de comptage, version {version}",
            "Regras de contagem, versão {version}",
        ],
    ),
    (
        "shown.segment",
        [
            "a segment of {count} contacts",
            "un segmento de {count} contactos",
            "un segment de {count} contacts",
            "um segmento de {count} contatos",
        ],
    ),
    ("shown.share", ["Share", "Porcentaje", "Part", "Porcentagem"]),
    ("shown.status", ["Status", "Estado", "Statut", "Status"]),
    (
        "shown.together",
        [
            "{count} buckets drawn as one ({granularity})",
            "{count} intervalos agrupados en uno ({granularity})",
            "{count} intervalles réunis en un ({granularity})",
            "{count} intervalos reunidos em um ({granularity})",
        ],
    ),
    ("shown.total", ["Total", "Total", "Total", "Total"]),
    ("shown.without_subtype", ["Without subtype", "Sin subtipo", "Sans sous-type", "Sem subtipo"]),
    ("shown.yes", ["Yes", "Sí", "Oui", "Sim"]),
    ("shown.zone", ["Time zone", "Zona horaria", "Fuseau horaire", "Fuso horário"]),
    ("source.ai_agent", ["AI agent", "Agente de IA", "Agent IA", "Agente de IA"]),
    ("source.app", ["App", "Aplicación", "Application", "Aplicativo"]),
    ("source.bot", ["Bot", "Bot", "Bot", "Bot"]),
    ("source.broadcast", ["Broadcast", "Transmisión", "Diffusion", "Transmissão"]),
    ("source.campaign", ["Campaign", "Campaña", "Campagne", "Campanha"]),
    (
        "source.click_to_chat_ads",
        ["Click-to-chat ads", "Anuncios de clic a chat", "Annonces click-to-chat", "Anúncios de clique para conversar"],
    ),
    (
        "source.contact_import",
        ["Contact import", "Contacto importado", "Importation de contacts", "Importação de contatos"],
    ),
    ("source.developer_api", ["Developer API", "API para desarrolladores", "API développeur", "API do desenvolvedor"]),
    ("source.echo_message", ["Echo message", "Mensaje eco", "Message écho", "Mensagem de eco"]),
    (
        "source.growth_widget",
        ["Growth widget", "Widget de crecimiento", "Widget de croissance", "Widget de crescimento"],
    ),
    ("source.incoming_message", ["Incoming message", "Mensaje entrante", "Message entrant", "Mensagem recebida"]),
    ("source.make", ["Make", "Make", "Make", "Make"]),
    ("source.n8n", ["n8n", "n8n", "n8n", "n8n"]),
    ("source.reset", ["Monthly reset", "Reinicio mensual", "Réinitialisation mensuelle", "Reinício mensal"]),
    ("source.unknown", ["Unknown", "Desconocida", "Inconnue", "Desconhecida"]),
    ("source.user", ["User", "Usuario", "Utilisateur", "Usuário"]),
    ("source.workflow", ["Workflow", "Flujo de trabajo", "Flux de travail", "Fluxo de trabalho"]),
    ("source.zapier", ["Zapier", "Zapier", "Zapier", "Zapier"]),
    ("status.delivered", ["Delivered", "Entregado", "Livré", "Entregue"]),
    ("status.failed", ["Failed", "Fallido", "Échoué", "Falhou"]),
    ("status.pending", ["Pending", "Pendiente", "En attente", "Pendente"]),
    ("status.read", ["Read", "Leído", "Lu", "Lida"]),
    ("status.sent", ["Sent", "Enviado", "Envoyé", "Enviada"]),
    ("step.delivered", ["Delivered or read", "Entregados o leídos", "Livrés ou lus", "Entregues ou lidas"]),
    ("step.failed", ["Failed", "Fallidos", "Échoués", "Com falha"]),
    ("step.read", ["Read", "Leídos", "Lus", "Lidas"]),
    (
        "step.sent",
        [
            "Sent, delivered or read",
            "Enviados, entregados o leídos",
            "Envoyés, livrés ou lus",
            "Enviadas, entregues ou lidas",
        ],
    ),
    ("table.bucket", ["Bucket", "Intervalo", "Intervalle", "Intervalo"]),
    ("table.bucket_start", ["Start", "Inicio", "Début", "Início"]),
    ("table.change", ["Change", "Cambio", "Variation", "Variação"]),
    ("table.code", ["Code", "Código", "Code", "Código"]),
    ("table.contacts", ["Contacts", "Contactos", "Contacts", "Contatos"]),
    ("table.count", ["Count", "Cantidad", "Nombre", "Quantidade"]),
    ("table.error", ["Error", "Error", "Erreur", "Erro"]),
    ("table.key", ["Key", "Clave", "Clé", "Chave"]),
    ("table.label", ["Name", "Nombre", "Libellé", "Nome"]),
    ("table.percent", ["Percentage", "Porcentaje", "Pourcentage", "Porcentagem"]),
    ("table.previous", ["Previous period", "Período anterior", "Période précédente", "Período anterior"]),
    ("table.relative", ["Relative change", "Cambio relativo", "Variation relative", "Variação relativa"]),
    ("table.share", ["Share", "Proporción", "Part", "Proporção"]),
    ("table.step", ["Step", "Paso", "Étape", "Etapa"]),
    ("table.subtype", ["Subtype", "Subtipo", "Sous-type", "Subtipo"]),
    ("table.type", ["Type", "Tipo", "Type", "Tipo"]),
    (
        "type.facebook_message_tag",
        [
            "Facebook message tag",
            "Etiqueta de mensaje de Facebook",
            "Étiquette de message Facebook",
            "Etiqueta de mensagem do Facebook",
        ],
    ),
    ("type.other", ["Other", "Otro", "Autre", "Outro"]),
    ("type.session", ["Session", "Sesión", "Session", "Sessão"]),
    (
        "type.whatsapp_message_template",
        [
            "WhatsApp message template",
            "Plantilla de mensaje de WhatsApp",
            "Modèle de message WhatsApp",
            "Modelo de mensagem do WhatsApp",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_no_word_is_empty() {
        for pair in WORDS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (key, words) in WORDS {
            assert!(words.iter().all(|word| !word.is_empty()), "{key}");
        }
    }
}
