package shopify

// The requests. Fields, arguments and types are those of the reference of Version: shopify.dev/docs/api/admin-graphql/2026-10/objects/Order,
// LineItem, FulfillmentOrder, Fulfillment, and the mutations named here. The bucket of the smallest plan holds requests up to 1,000 points,
// where an object costs one and a connection its first argument (shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits): the pages are that small.

// listOrders pages through orders by time of change: about 100 points.
const listOrders = `query ListOrders($query: String!, $after: String) {
  orders(first: 100, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`

// getOrder is one order with all that Read needs. Customer and ProductVariant are left out: they need scopes of their own.
const getOrder = `query GetOrder($id: ID!) {
  order(id: $id) {
    id name createdAt processedAt updatedAt cancelledAt cancelReason test email phone note tags currencyCode
    displayFinancialStatus displayFulfillmentStatus requiresShipping sourceName
    currentTotalPriceSet { shopMoney { amount currencyCode } }
    shippingLine { title code }
    shippingAddress { ...Address }
    billingAddress { ...Address }
    risk { recommendation assessments { riskLevel } }
    transactions(first: 20) { kind status processedAt }
    lineItems(first: 50) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
    fulfillmentOrders(first: 8) { nodes { ...Work } pageInfo { hasNextPage endCursor } }
  }
}` + addressFields + lineFields + workFields

const addressFields = `
fragment Address on MailingAddress { name firstName lastName company address1 address2 city province provinceCode zip countryCodeV2 phone }`

const lineFields = `
fragment Line on LineItem {
  id sku title variantTitle quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard
  originalUnitPriceSet { shopMoney { amount } }
  customAttributes { key value }
}`

const workFields = `
fragment Work on FulfillmentOrder {
  id status requestStatus
  deliveryMethod { methodType }
  assignedLocation { name location { id } }
  lineItems(first: 20) { nodes { ...WorkLine } pageInfo { hasNextPage endCursor } }
}
fragment WorkLine on FulfillmentOrderLineItem { id totalQuantity remainingQuantity lineItem { id } }`

const moreLines = `query MoreLines($id: ID!, $after: String) {
  order(id: $id) { lineItems(first: 200, after: $after) { nodes { ...Line } pageInfo { hasNextPage endCursor } } }
}` + lineFields

const moreWork = `query MoreWork($id: ID!, $after: String) {
  order(id: $id) { fulfillmentOrders(first: 8, after: $after) { nodes { ...Work } pageInfo { hasNextPage endCursor } } }
}` + workFields

const moreWorkLines = `query MoreWorkLines($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: 200, after: $after) { nodes { ...WorkLine } pageInfo { hasNextPage endCursor } } }
}
fragment WorkLine on FulfillmentOrderLineItem { id totalQuantity remainingQuantity lineItem { id } }`

// getWork is what stands between an order and a fulfilment: what is to be shipped from where, and what was shipped.
const getWork = `query GetWork($id: ID!) {
  order(id: $id) {
    id name cancelledAt note tags
    fulfillmentOrders(first: 8) { nodes { ...Work } pageInfo { hasNextPage endCursor } }
    fulfillments(first: 30) { id status trackingInfo(first: 10) { company number url } }
  }
}` + workFields

const getFulfillment = `query GetFulfillment($id: ID!, $after: String) {
  fulfillment(id: $id) {
    id status
    fulfillmentLineItems(first: 100, after: $after) { nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor } }
  }
}`

// fulfillmentCreate: the V2 of this mutation is deprecated (shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentCreate). All fulfilment
// orders of one call are assigned to the same location.
const createFulfillment = `mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
}`

const updateTracking = `mutation UpdateTracking($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) {
    fulfillment { id } userErrors { field message }
  }
}`

const addTags = `mutation AddTags($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { userErrors { field message } }
}`

const removeTags = `mutation RemoveTags($id: ID!, $tags: [String!]!) {
  tagsRemove(id: $id, tags: $tags) { userErrors { field message } }
}`

const setNote = `mutation SetNote($input: OrderInput!) {
  orderUpdate(input: $input) { userErrors { field message } }
}`

const getShop = `query GetShop {
  shop { name myshopifyDomain plan { publicDisplayName } }
  currentAppInstallation { accessScopes { handle } }
  orders(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id name shippingAddress { countryCodeV2 } } }
}`

const listHooks = `query ListHooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } pageInfo { hasNextPage endCursor } }
}`

const createHook = `mutation CreateHook($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) { webhookSubscription { id } userErrors { field message } }
}`
