"""A small app with the framework's usual elements, for the tests of the test services."""

import time

import streamlit as st


def figures() -> None:
    """Numbers, a table and a button that takes a while."""
    st.title("Figures")
    with st.container(horizontal=True):
        st.metric("Orders", "2,657", "+4.1%", chart_data=[3, 5, 4], border=True)
        st.metric("Buyers", "1,664", "-1.0%", border=True)
    st.segmented_control("Grain", ["Day", "Week", "Month"], default="Week")
    st.pills("Market", ["CN", "US"], selection_mode="multi", default=["CN"])
    st.selectbox("Currency", ["CNY", "USD"])
    st.date_input("From")
    st.toggle("Identified only")
    st.dataframe({"market": ["CN", "US"], "orders": [3, 5]})
    if st.button("Count"):
        with st.spinner("Counting"):
            time.sleep(1)
        st.write("Counted")
    with st.expander("Explain"):
        st.code("SELECT 1", language="sql")
        st.caption("Small words")
    st.link_button("Link", "/second")


def failing() -> None:
    """A page that fails as no page of the product may."""
    raise RuntimeError("on purpose")


st.set_page_config(page_title="Example", page_icon="📈", layout="wide")
page = st.navigation(
    {
        "Watch": [st.Page(figures, url_path="figures", default=True)],
        "Drill": [st.Page(failing, url_path="failing")],
    }
)
page.run()
