package table

// sense is a set of what the words of a status are about.
type sense uint64

const (
	denied   sense = 1 << iota // not
	notYet                     // not by now
	unable                     // cannot
	left                       // it has left
	leaving                    // leaving as a thing: "shipping", "Versand"
	delivers                   // the delivery at the door
	moving                     // is with a carrier, wherever
	handed                     // was given, taken or loaded
	someone                    // a carrier
	indoors                    // warehouse, production: goods that go there have not left
	inWork                     // is worked on
	accepted                   // is taken, entered or reserved
	labelled                   // a label is printed, data was announced
	ready                      // may be taken
	waitsFor                   // waits
	todo                       // before what is to be done: "to", "zu", "da"
	willBe                     // of a time to come
	finished                   // done, complete
	partly                     // some of it
	rest                       // what is still to come
	stock                      // goods of the supplier
	canBe                      // available
	lacks                      // there is not enough, or none
	ended                      // is not made any more
	comes                      // comes in, is expected
	later                      // late
	forNow                     // temporarily
	off                        // cancelled
	asks                       // is asked for
	refused                    // not taken
	money                      // payment
	billed                     // invoice
	back                       // goes back, lost, broken
	fails                      // an attempt that did not work
	held                       // does not go on
	address                    // where to
	review                     // somebody must look
	refund                     // money goes back
	buyer                      // the customer
	point                      // where parcels are fetched from
	undone                     // was taken back, or is no longer so
	again                      // once more
	beside                     // what is sent beside the goods, or about them: an invoice, a message, a sample
	toUs                       // on its way to the supplier
	fetching                   // the carrier's coming as a thing: "collection", "Abholung"
	boxed                      // packed, picked: the next that happens is the carrier
	mislaid                    // is missing: of goods that they are not there, of a parcel that it is lost
)

// senseWords are the words of statuses in ten languages by what they are about, folded. "*" leaves the end of a word open. They are put together by
// senseOf, where stateWords holds whole statuses that mean more than their words, or something else.
var senseWords = []struct {
	sense sense
	words string
}{
	{denied, `nessun nessuna nessuno ningun ninguna aucun aucune nenhum nenhuma none 0 not non no nicht kein keine pas niet geen nao nie ne sin sem senza sans ohne without never nunca zero nil nothing nichts`},
	{notYet, `yet noch encore aun todavia ancora nog ainda jeszcze`},
	{unable, `cannot cant unable impossible imposible impossibile impossivel unmoglich onmogelijk niemozliwe`},
	{left, `ship_confirmed left_the left_our salio_del salio_de saiu_do saiu_da uscito_dal uscita_dal shipped dispatched despatched sent fulfilled mailed posted versandt versendet versandet verschickt abgeschickt ausgeliefert beliefert geliefert raus
		deur_uit expedie expediee expedies expediees envoye envoyee envoyes envoyees parti partie enviado enviada enviados enviadas despachado despachada expedido expedida servido servida salido salida mandado
		spedito spedita spediti spedite inviato inviata evaso evasa partito partita verzonden verstuurd uitgeleverd geleverd opgestuurd postado postada atendido atendida
		wyslane wyslano wyslany wyslana nadane nadano nadana zrealizowane zrealizowano zrealizowana shp shpd dsp`},
	{leaving, `shipment shipping ship ships dispatch despatch fulfillment fulfilment fulfill fulfil deliver versand versenden verschicken ausliefern lieferung expedition envoi expedier envio envios enviar despachar despacho expedir salida salidas salen saldra saldran
		spedizione spedire invio evadere verzending verzenden versturen levering postagem expedicao wysylka wysylki wysylke wyslania wyslac wyslemy realizacji enviara envia sale part_demain parte partono partir geht gehen gaat gaan`},
	{delivers, `delivered delivery deliveries deliver zugestellt zustellung livre livree livres livraison distribue distribuee entregado entregada entregue entregues entrega consegnato consegnata consegna
		bezorgd bezorging afgeleverd aflevering dostarcz* dorecz* zustellversuch`},
	{moving, `im_transport in_transport en_transport in_trasporto em_transporte w_transporcie onder_transport im_versandnetz transit intransit transito unterwegs auf_dem_weg way route ve_got have_your en_poder left_the left_our salio_del salio_de saiu_do saiu_da uscito_dal uscita_dal chez_le bij_de u_kuriera beim_fahrer airborne ruta acheminement camino caminho onderweg drodze trasie transporcie transporte viaggio facility depot scan hub customs vehicle fahrzeug zustellfahrzeug zustellbasis
		zoll* paketzentrum verteilzentrum gesorteerd sorteerproces sort sorting clasificacion arrived departed departure destination origin distribuzione distribuicao reparto oddziale possession douane aduana dogana douanes posted admitido`},
	{handed, `collected picked_up pickup handed tendered loaded issued dropped gave affidato affidata ritirato ritirata remis remise remises recogido recogida recolhido coletado coletada odebrane odebrana odebrano przekazano przekazane przekazana wydano wydana wydane
		ubergeben uebergeben abgeholt verladen meegegeven overgedragen opgehaald aangeboden warenausgang wa charge carico issue saiu salio entregado entregada entregue consegnato consegnata umieszczona umieszczono meegenomen received_by ausgang uscito uscita salio`},
	{someone, `carrier courier driver ups usps fedex dhl dpd gls hermes brt sda tnt postnl poste post laposte colissimo chronopost correos seur mrw ctt spediteur spedition versanddienstleister paketdienst frachtfuhrer transporteur livreur transportista transportadora
		corriere vettore vervoerder koerier kuriera kurierowi kurier przewoznikowi przewoznik`},
	{indoors, `warehouse production lager fertigung produktion entrepot almacen magazzino magazijn magazynu magazynie armazem fabrik factory fabrica usine fabryki`},
	{inWork, `process* assigned klaargemaakt pakuj* packing packed pack picking picked pick handling waved labeled labelled staged made making wip verpackt gepackt packen kommission* bearbeit* versandvorbereitung vorbereitung produktion fertigung production produccion produzione producao produkcji productie fabrication
		fulfillment manuse* separ* embal* imball* emball* empaquet* ingepakt verpakt lavorazione lavorato elabor* traite* traitee traitement proces* tramit* spakow* pakow* komplet* kompletow* przetwarz* verwerk* behandeling klaargezet gepickt work works arbeit andamento curso iniciad* realizacji started progress disponiert lieferung`},
	{accepted, `prise_en_compte pris_en_compte accept* accepted acknowledg* confirm* approv* authori* autori* allocat* reserv* registr* enregistr* import* placed booked received validat* valide validee validado released entered bestat* bestaet* auftragsbestat* angenommen akzept* reservier* erfasst angelegt freigegeben eingegangen erhalten ubermittelt
		recu recue transmise recib* acept* aprobad* aprovad* aceite aceito receb* verificad* accett* ricev* riserv* approvat* inserit* bevestig* geaccepteerd gereserveer* vrijgegeven ontvangen potwierdz* zaakcept* przyjet* zarezerw* otrzym* reserved scheduled przekazan* forwarded`},
	{labelled, `label* etikett* etiquet* etichett* etykiet* paketlabel* paketschein* versandetikett* verzendlabel* manifest* announc* angekundigt annonce annoncee aangemeld voorgemeld preadmit* prerregistr* infoship info information_sent info_sent data_sent label_sent information data auftragsdaten sendungsdaten elektronisch dati datos donnees utworzon* electronic documentada prenotat* avizo*`},
	{ready | inWork, `prepar* przygotow*`},
	{ready, `ready bereit versandbereit lieferbereit abholbereit fertig listo lista listos pret prete prets pronto pronta pronti klaar gereed gotow*`},
	{waitsFor, `cola kolejce coda fila czeka* aspett* attendons await* waiting wait wart* ausstehend* offen open attente attend attesa espera esperando aguard* pend* pendiente wacht* afwachting openstaand oczek* queue* aberto expecting outstanding`},
	{todo, `to zu a da por te do para`},
	{willBe, `will wird werden sera seront sara saranno verra wordt worden zal zostanie bedzie tomorrow morgen demain manana domani amanha jutro soon bald bientot pronto scheduled planned geplant gepland prevu prevue previst* programad* zaplanow* monday tuesday wednesday thursday friday ships sale part_demain parte geht gaat wyslemy enviara`},
	{finished, `complete completed completely done closed finished finaliz* abgeschlossen erledigt vollstandig termine terminee effectuee conclu* completad* completat* afgerond voltooid volledig zakoncz* success successful fully`},
	{partly, `en_partie partial partially part partly teil teilweise partiel partielle partiellement parcial* parzial* gedeeltelijk deels czesciow* some split half teilversendet teilversandt teilgeliefert teillieferung teilausgeliefert teilbeliefert deellevering`},
	{rest, `reliquat reliquats restant restante restanti solde restmenge restliche restlichen nalevering nalev other others autre autres andere anderen anderes altro altra altri otro otra otros outro outra drugi druga drugie pozostale pozostala pozostaly balance remainder rest remaining reste resto reszta`},
	{stock, `stock stocks lager bestand existencia* inventory voorraad magazzin* magazynie stanie estoque scorta scorte towar* ware goederen mercadoria mercadorias mercancia mercancias marchandise marchandises merci merce zapas* supply goods reassort reappro reappros reapprovisionnement restock* replenish* reposic* riassort* riforn* aanvulling nachschub availab* disponibil* giacenza wareneingang retour_en_stock parts teile pieces sortiment assortiment unidades units supplier lieferant* hersteller* manufacturer maker fabricant fabricante fabrikant produttore productor factory fournisseur proveedor fornitore leverancier fornecedor dostawc* producent* recibir dostawa dostawe dostawy`},
	{canBe, `available availability verfugbar lieferbar dispo disponible disponibles disponibile disponibili disponivel leverbar leverbaar beschikbaar dostepn* vorratig voorradig`},
	{lacks, `out_till out_until none_left nothing_left no_more last_one_sold sold_for_good fehlt fehlen fehlend fehlende manque manquent manca mancano faltan faltam ontbreekt ontbreken brakuje plus_en_stock finito finita finiti insufficient insuffisant insufficiente insuficiente onvoldoende niewystarcz* short shorted fehlmenge fehlbestand falta faltante quiebre rotura rutura ruptura rupture epuise epuisee agotad* esaurit* esgotad* uitverkocht ausverkauft vergriffen sold_out out_of_stock wyprzedan* brak manquant manquante mancante unfulfillable unavailable oos indispon* niedostepn* niedostatecz*`},
	{ended, `au_catalogue for_good indefinitely definitiv definitive definitief definitivamente definitivement uit_assortiment nicht_mehr_im aus_dem_sortiment fin_de_serie arret discontinu* obsolete supprimee supprime descatalogad* vervallen wycofan* eingestellt ausgelaufen auslaufartikel arrete descontinuad* fora_de_linha fuori_catalogo fuori_produzione eol`},
	{comes, `next_delivery nachste_lieferung prochaine_livraison proxima_entrega prossima_consegna volgende_levering nastepna_dostawa next_batch kommt kommen komt komen trifft wareneingang llegan arrivano chegam arrivent przyjdzie nadejdzie expected eta due erwartet voraussichtlich verwacht attendu attendue attendus atteso esperado arriv* llega llegada chega liefertermin nachbestellt nabesteld zamowion* encomendad* on_order in_ordine en_commande bajo_pedido sob_encomenda in_bestelling vormerkung folgt follow follows backorder backordered onbackorder arrivage previsao previsto prevista prevu prevue inbound incoming zulauf reassort reappro* restock* replenish* reposic* riassort* riforn* aanvull* nachschub soon bald bientot binnenkort wkrotce`},
	{later | comes, `fruhestens fruehestens earliest au_plus_tot pas_avant no_antes como_pronto non_prima niet_voor vroegst nao_antes najwczesniej back_ordered back_order back_orders backorder backordered ruckstand rueckstand`},
	{later, `delai delay* late verzoger* verspat* retard* retras* atras* ritard* vertraag* vertraging opozn* demor* postpon* differe`},
	{forNow, `until bis jusqu hasta temporar* temporanea* temporal* momentan* derzeit zurzeit vorubergehend kurzfristig tijdelijk chwilow* czasow* actuellement currently`},
	{off, `zrezygn* rinunci* renunci* renonc* desist* verzichtet cancel* storn* storno storniert annul* anul* geannul* geloscht cxl cncl void* skasow*`},
	{asks, `request* asked angefragt beantragt anfrage demande demandee demandes solicit* pedida richiest* aangevraagd prosba wniosek pending awaiting`},
	{refused, `reject* refus* declin* denied deny ablehn* abgelehnt zuruckgewiesen rechaz* deneg* rifiut* respint* geweig* afgewez* afgekeurd rejeit* recus* negad* odrzuc* odmow*`},
	{money, `pay* paid unpaid zahlung* zahlungs* bezahl* unbezahlt paiement* paye payee payes pago pagos pagado pagada paga pagam* pagat* betaal* betald betaling oplac* platnosc* vorkasse anzahlung prepay* credit`},
	{billed, `invoice* billed billing rechnung* factur* fattur* fatur* gefactureerd zafaktur* faktur*`},
	{back, `returned return returns returning lost damaged broken destroyed retour retourne* retoure* retourniert rucksendung ruecksendung rucklaufer ruecklaufer verloren beschadigt retourzending perdu perdue endommag* devuelt* devoluc* extravi* perdid* danad* reso resa restituit* smarrit* danneggiat* geretourneerd zoekgeraakt beschadigd
		devolvid* avariad* avaria zwrot* zwroc* zagubion* zaginion* uszkodz* stolen`},
	{mislaid, `missing`},
	{fails, `fail* failed undeliverable unzustellbar unsuccessful mancata fallid* echec echoue* mislukt nieudan* falha* absent ausente nieodebran* niedorecz* refused`},
	{held, `hold onhold held holded angehalten gesperrt sperre liefersperre blockiert bloqu* blocc* geblokk* zablok* wstrzym* gepauz* paus* suspen* sospes* zuruckgestellt zurueckgestellt retenid* retid* retenu* litige de_wacht`},
	{address, `house_number house_no street_number street_no postcode zip_code phone_number hausnummer hausnr strassenname postleitzahl telefonnummer numero_de_rue numero_de_la_rue numero_de_voie code_postal numero_de_telephone numero_de_la_calle numero_de_calle numero_de_portal codigo_postal numero_civico civico telefono huisnummer straatnaam telefoonnummer numero_da_porta numero_de_porta numero_da_casa telefone numeru_domu numer_domu numeru_mieszkania numeru_telefonu kodu_pocztowego address adresse adress* adresf* direccion indirizzo endereco adres*`},
	{review, `review klarfall klaerfall klarung reklamation reklamac* reclam* revision analise analisi disput* fraud* verification manual attention aandacht anomal* incid* wyjasn* exception error erreur errore erro problem* issues fehler* conflict query question`},
	{refund, `refund* rembours* reembols* rimbors* terugbet* erstatt*`},
	{buyer, `per_your as_you lt_ihrer laut_ihrer gemass_ihrer lt_ihrem laut_ihrem suite_a_votre selon_votre segun_su conforme_a_su come_da_vostra come_da_vostro conform_uw volgens_uw conforme_o_vosso conforme_vosso conforme_o_seu zgodnie_z customer_request at_your_request on_your_request per_your_request upon_your_request your_request auf_ihren_wunsch auf_kundenwunsch auf_deinen_wunsch ihren_wunsch kundenwunsch a_votre_demande sur_votre_demande votre_demande demande_client demande_du_client a_su_peticion peticion_suya a_peticion_del su_solicitud peticion_del_cliente su_vostra_richiesta vostra_richiesta su_sua_richiesta richiesta_del_cliente richiesta_cliente op_uw_verzoek uw_verzoek op_verzoek_van verzoek_klant a_seu_pedido pedido_do_cliente vosso_pedido na_panstwa_prosbe panstwa_prosbe prosbe_klienta na_prosbe na_zyczenie zyczenie_klienta customers_request buyer_request as_requested as_asked as_wished at_request_of on_request_of auf_wunsch wie_gewunscht comme_demande como_solicitado come_richiesto zoals_gevraagd client cliente kunde kunden klant klienta customer buyer`},
	{again, `wieder weer again ponownie znowu znow novamente nuovamente nuevamente de_nouveau de_nuevo di_nuovo de_novo`},
	{again | stock, `back_in_stock retour_en_stock`},
	{undone, `withdr* revok* revers* undone undo rescind* retract* lifted resolved solved reinstat* reactivat* reopen* resum* restored zuruckgezogen zuruckgenommen zurueckgezogen zurueckgenommen aufgehoben ruckgangig rueckgaengig widerruf* reaktivier* wiederhergestellt behoben erneut_geoffnet
		retiree levee revoqu* retabli* reactiv* resolu* retirad* revert* revoc* restablec* reabiert* resuelt* ripristin* riattiv* riapert* ritirat* risolt* ingetrokken teruggedraaid herroepen opgeheven hersteld heropend opgelost ongedaan cofniet* przywroc* wznowion* wycofano rozwiazan* restabelec* reativ* reabert* resolvid*`},
	{beside, `invoice invoices rechnung rechnungen facture factures factura facturas fattura fatture fatura faturas factuur facturen faktura fakture faktury rachunek rachunku paragon proforma receipt beleg quittung recibo ricevuta
		email emails mail mails message messages sms nachricht nachrichten courriel courriels correo mensaje mensagem messaggio bericht wiadomosc wiadomosci reminder reminders mahnung erinnerung zahlungserinnerung rappel relance recordatorio sollecito promemoria herinnering aanmaning przypomnienie lembrete
		confirmation confirmations bestatigung bestaetigung auftragsbestatigung auftragsbestaetigung bestellbestatigung confirmacion conferma confirmacao bevestiging orderbevestiging potwierdzenie notification benachrichtigung notificacion notifica notificacao powiadomienie quote quotation offer angebot devis presupuesto cotizacion preventivo offerte oferta wycena orcamento
		sample samples muster echantillon echantillons muestra muestras campione campioni monster monsters staal probka probki amostra amostras catalogue catalog katalog catalogo brochure survey umfrage voucher gutschein gutschrift letter brief document documents dokument dokumente unterlagen documento documentos documenti documenten dokumenty contract vertrag lieferschein lieferscheine`},
	{undone | stock, `no_stock_issue no_stock_issues stock_ok`},
	{toUs, `to_us to_our zu_uns an_uns vers_nous chez_nous a_nosotros hacia_nosotros a_nuestro da_noi a_noi verso_noi al_nostro naar_ons bij_ons do_nas para_nos inbound`},
	{toUs | stock | indoors, `from_factory from_the_factory from_manufacturer ab_werk vom_hersteller`},
	{fetching, `pickup collection collect pick_up abholung abzuholen enlevement ramassage collecte recogida recoleccion ritiro coleta recolha odbior odbioru ophalen afhaling ophaling scan scanned`},
	{labelled, `pre_transit pretransit pre_shipment preshipment pre_advice pre_advised preadvised`},
	{boxed | inWork, `packed picked staged labeled labelled gepackt verpackt kommissioniert emballe emballee emballes emballees empaquetad* embalad* imballat* ingepakt verpakt gepickt klaargezet spakowane spakowano spakowana spakowany skompletowane skompletowano cartonised cartonized boxed`},
	{held, `do_not_ship dont_ship do_not_send nicht_versenden nicht_verschicken ne_pas_expedier ne_pas_envoyer no_enviar non_spedire non_inviare niet_verzenden niet_versturen nie_wysylac nao_enviar`},
	{held, `stop stopped stopp* gestopp* halted detenid* interromp* interrump* fermat* zatrzym*`},
	{back, `to_sender to_the_sender to_shipper back_to_us back_at_ours an_absender an_den_absender zum_absender a_l_expediteur al_remitente al_mittente aan_afzender naar_afzender ao_remetente do_nadawcy`},
	{fails, `fehlgeschlagen gescheitert misslungen fejlet`},
	{ended, `plus_fabrique plus_fabriquee plus_produit nicht_mehr_hergestellt nicht_mehr_produziert nicht_mehr_gefertigt no_longer_made not_made_anymore no_longer_produced no_se_fabrica lo_fabricamos_ya non_prodotto_piu piu_prodotto niet_meer_gemaakt niet_meer_geproduceerd ja_nao_fabricamos nao_se_fabrica nie_produkujemy nie_robimy`},
	{point, `locker point relais punto pakketpunt paketshop service paczkomacie paczkomat`},
}

// senseParts are pieces of Chinese and Japanese statuses, which are written without blanks; the longest that fits counts.
var senseParts = []struct {
	sense sense
	parts string
}{
	{ready | inWork, `准备 準備 手配`}, {denied | notYet, `未 尚未 还没 還沒 前`}, {denied, `没 无 無 不 ありません`}, {unable, `无法 不可 できません`},
	{left | leaving, `今天发 发货 发出 寄出 出库 出货 寄送 已发 交运 発送 出荷 出庫 完納 一部 分納 发完 已寄`}, {leaving, `还没发 没发`},
	{delivers, `签收 妥投 送达 派件 派送 到店 配達 お届け 投递`}, {moving, `已签入 签入 离开 上网 运输 转运 清关 在途 到达 配送 輸送 通過 引受 持ち出し 荷物受付 到着 输送 通关`},
	{handed, `取走 揽收 揽件 集荷 取件 引渡`}, {indoors, `指示 作業`}, {inWork, `安排 配货 拣货 打包 审核 制作 生产 备货 理货 处理 推送 作業 指示 引当 ピッキング 検品 梱包 製作 出库中 发货中 出货中 着手 包装`},
	{accepted, `确认 確認 確定 成立 收到 接单 受理 受注 受付 承認 注文 新订单 新規 入荷済`}, {labelled, `面单 打单 打印 伝票 送り状 ラベル 预报`},
	{waitsFor | comes, `没到 未到 没到货`}, {willBe | leaving, `明天发 明日发 今天发 后天发 天发`}, {willBe, `下周发 周发 再发 到后发`}, {waitsFor, `排队 待 等 等待 待ち 確定待ち`}, {willBe, `今天发 明天 明日 即将 予定 预计 预定`}, {finished, `完成 完了 成功 全部`},
	{partly, `en_partie 部分 一部 分納 分批 部份`}, {stock, `库存 在庫 庫存`}, {lacks, `入荷予定なし 入荷の予定なし 入荷の予定はありません 再入荷の予定なし 再入荷予定なし 入荷未定 入荷時期未定 再入荷なし 到货时间未定 到货未定 补货时间未定 不再补货 不再到货 无补货计划 没有补货计划 无补货 没有补货 缺货 缺 断货 不足 售罄 卖完 下架 欠品 品切 完売 売り切れ 在庫切れ 没货`},
	{ended, `停产 停售 生産終了 販売終了 終売 廃番`}, {comes | stock, `到货 补货 补发 入荷 采购 调货 取寄 取り寄せ 预售 予約 预订 周到 日到 月到`}, {later, `延期 延迟 遅延 延误`},
	{off, `取消 取消中 作废 交易关闭 キャンセル 撤单`}, {asks, `申请 依頼 希望 取消中 確定待ち 請求中`}, {refused, `拒 驳回 却下 お断り 受付不可 受注不可 无法接单 拒单`},
	{money, `付款 入金 支払 决済 決済 支付`}, {billed, `开票 請求 发票`}, {billed | beside, `发票 請求書`}, {beside, `样品 邮件通知 确认邮件 メール サンプル 見積 报价 账单 合同 領収書`}, {undone, `撤回 恢复 復活 解除`}, {rest, `残り 残数 残 其余 剩余 余下`}, {buyer, `メールのご依頼 メールでのご依頼 メールにてご依頼 ご依頼通り ご依頼の通り ご希望により 按您的 按贵方 应贵方 应您的 ご依頼により ご要望により 客户要求 应您要求 應您要求`}, {boxed, `打包 拣货 梱包 検品 ピッキング`}, {refund, `退款 返金`},
	{back, `返还发件人 退给发件人 差出人に返 差出人へ返 退回 退件 退货 丢件 丢失 破损 破損 返品 返送 紛失 返却`}, {fails, `拒收 持戻 不在 辞退 受取拒否 投递失败 派送失败 失败 失敗`},
	{held, `搁置 拦截 保留 暂停 保管 停止 中止 終止 终止 見合わせ`}, {review, `风控 异常 異常 问题 調査 要確認 不備 不明 错误 有误`}, {address, `地址 住所 宛先 门牌 門牌 番地 邮编 郵便番号 电话 電話番号`},
}
